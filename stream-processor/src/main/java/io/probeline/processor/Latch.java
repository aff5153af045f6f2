package io.probeline.processor;

import io.probeline.schemas.MetricRule.Threshold;
import java.util.Optional;

/** Whether one threshold counts as breached: from its dwell-th bad window in a row until a value comes back over the hysteresis. */
final class Latch {
    private boolean on;
    private int streak;
    private long since;

    Latch() {}

    Latch(boolean on, int streak, long since) {
        this.on = on;
        this.streak = streak;
        this.since = since;
    }

    void observe(Optional<Threshold> threshold, double value, long windowStart) {
        if (threshold.isEmpty() || (on && threshold.get().recovered(value))) {
            on = false;
            streak = 0;
        } else if (!on) {
            count(threshold.get(), value, windowStart);
        }
    }

    boolean on() {
        return on;
    }

    int streak() {
        return streak;
    }

    /** Start of the first window of the breach, or of the streak that may become one. */
    long since() {
        return since;
    }

    private void count(Threshold threshold, double value, long windowStart) {
        if (!threshold.breached(value)) {
            streak = 0;
            return;
        }
        if (streak == 0) {
            since = windowStart;
        }
        streak++;
        on = streak >= threshold.dwell();
    }
}
