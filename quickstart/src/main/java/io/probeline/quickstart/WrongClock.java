package io.probeline.quickstart;

import io.probeline.testkit.Appliance;
import io.probeline.testkit.ApplianceAct;
import io.probeline.testkit.ApplianceAct.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Stamps its telemetry with a clock that is ahead of everyone else's. */
record WrongClock(Appliance inner, Duration ahead) implements Quirk {
    @Override
    public List<ApplianceAct> tick(Instant now, long seq) {
        return inner.tick(now, seq).stream().map(this::stamped).toList();
    }

    private ApplianceAct stamped(ApplianceAct act) {
        return act instanceof Telemetry(var ts, var metrics) && ts != null
                ? new Telemetry(ts.plus(ahead), metrics)
                : act;
    }
}
