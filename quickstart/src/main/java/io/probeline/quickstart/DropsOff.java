package io.probeline.quickstart;

import io.probeline.runtime.World;
import io.probeline.testkit.Appliance;
import io.probeline.testkit.ApplianceAct;
import io.probeline.testkit.ApplianceAct.Drop;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Cuts its connection again and again; every other time it stays away for longer than a bridge waits without a word. */
final class DropsOff implements Quirk {
    private static final Duration STAYS = Duration.ofSeconds(30);
    private static final Duration STAYS_AT_MOST_LONGER = Duration.ofSeconds(10);

    /** A bridge gives up after three tries within 15 s, and tries again 15 s later. */
    private static final Duration LONG_ABSENCE = Duration.ofSeconds(25);

    private final Appliance inner;
    private final World.Chance chance;
    private long drops;
    private Instant dropsAt = Instant.MAX;
    private Instant backAt = Instant.MIN;

    DropsOff(Appliance inner, World.Chance chance) {
        this.inner = inner;
        this.chance = chance;
    }

    @Override
    public Appliance inner() {
        return inner;
    }

    @Override
    public Admission admit(Instant now) {
        return now.isBefore(backAt) ? new Admission.Refuse(503) : inner.admit(now);
    }

    @Override
    public List<ApplianceAct> connected(Consumer<ApplianceAct> line, Instant now) {
        dropsAt = now.plus(STAYS).plusMillis(chance.get().nextLong(STAYS_AT_MOST_LONGER.toMillis()));
        return inner.connected(line, now);
    }

    @Override
    public List<ApplianceAct> tick(Instant now, long seq) {
        if (now.isBefore(dropsAt)) {
            return inner.tick(now, seq);
        }
        dropsAt = Instant.MAX;
        if (drops++ % 2 == 0) {
            backAt = now.plus(LONG_ABSENCE);
        }
        return List.of(new Drop());
    }
}
