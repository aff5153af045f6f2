package io.probeline.quickstart;

import io.probeline.testkit.Appliance;
import io.probeline.testkit.ApplianceAct;
import io.probeline.testkit.ApplianceAct.Later;
import io.probeline.testkit.ApplianceAct.Say;
import io.probeline.testkit.DeviceCommand;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Neither hears nor says anything in its bad times, while its connection stays open: only a heartbeat tells. */
record FallsSilent(Appliance inner, Cycle hangs) implements Quirk {
    @Override
    public List<ApplianceAct> connected(Consumer<ApplianceAct> line, Instant now) {
        hangs.connected(now);
        return inner.connected(line, now);
    }

    @Override
    public void disconnected(Instant now) {
        hangs.disconnected(now);
        inner.disconnected(now);
    }

    @Override
    public List<ApplianceAct> tick(Instant now, long seq) {
        return hangs.bad(now) ? List.of() : inner.tick(now, seq);
    }

    @Override
    public List<ApplianceAct> heartbeat(long id, Instant now) {
        return hangs.bad(now) ? List.of() : inner.heartbeat(id, now);
    }

    /** What would be said in a bad time is lost; the appliance remembers it, and says it when it is asked again. */
    @Override
    public List<ApplianceAct> command(DeviceCommand command, Instant now) {
        return hangs.bad(now)
                ? List.of()
                : inner.command(command, now).stream()
                        .filter(act -> !saidInBadTime(act, now))
                        .toList();
    }

    private boolean saidInBadTime(ApplianceAct act, Instant now) {
        return act instanceof Later(var by, var _, Say _) && hangs.bad(now.plus(by));
    }

    @Override
    public List<ApplianceAct> cancel(String commandId, Instant now) {
        return hangs.bad(now) ? List.of() : inner.cancel(commandId, now);
    }
}
