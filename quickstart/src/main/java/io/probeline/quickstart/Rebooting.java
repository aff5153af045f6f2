package io.probeline.quickstart;

import io.probeline.testkit.ApplianceAct;
import io.probeline.testkit.ApplianceAct.Drop;
import io.probeline.testkit.ApplianceAct.Later;
import io.probeline.testkit.ApplianceAct.Say;
import io.probeline.testkit.ApplianceAct.Work;
import io.probeline.testkit.DeviceFrames;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an appliance restarts: it says yes, goes a second later, and comes back with a higher boot counter.
 *
 * <p>It never volunteers a result, since the power is gone before there is one: who wants to know asks for the boot
 * counter, or repeats the command.
 */
final class Rebooting {
    private static final Duration UNTIL_DOWN = Duration.ofSeconds(1);
    private static final Duration AWAY = Duration.ofSeconds(8);

    private final BootFile file;
    private Boots boots;
    private @Nullable Reboot reboot;

    /** One restart, from the command to the return. */
    record Reboot(String commandId, Instant down, Instant back, Boots after) {}

    Rebooting(BootFile file, Boots boots) {
        this.file = file;
        this.boots = boots;
    }

    Boots boots(Instant now) {
        if (reboot != null && !now.isBefore(reboot.down())) {
            boots = reboot.after();
        }
        return boots;
    }

    Reboot begin(String commandId, Instant now) {
        var down = now.plus(UNTIL_DOWN);
        var back = down.plus(AWAY);
        var begun = new Reboot(commandId, down, back, boots(now).again(commandId, back));
        reboot = begun;
        return begun;
    }

    List<ApplianceAct> acts(Reboot begun) {
        return List.of(
                new Say(DeviceFrames.ack(begun.commandId())),
                new Work("boot counter", () -> persist(begun.after())),
                new Later(UNTIL_DOWN, "reboot", new Drop()));
    }

    private List<ApplianceAct> persist(Boots after) throws IOException {
        file.write(after);
        return List.of();
    }

    /** Until it is back nobody is let in, not even in the second before the power goes. */
    boolean inProgress(Instant now) {
        return reboot != null && now.isBefore(reboot.back());
    }

    boolean isFor(String commandId) {
        return reboot != null && reboot.commandId().equals(commandId);
    }
}
