package io.probeline.bridge;

import java.time.Duration;
import java.time.Instant;

/**
 * Now, on both clocks.
 *
 * @param nanos never falls: for what is waited for
 * @param wall the time of day: for what is written down
 */
record Moment(long nanos, Instant wall) {
    /** No time to wait for. */
    static final long NEVER = Long.MAX_VALUE;

    long in(Duration time) {
        return nanos + time.toNanos();
    }

    boolean reached(long due) {
        return due != NEVER && nanos - due >= 0;
    }

    Duration since(long earlier) {
        return Duration.ofNanos(nanos - earlier);
    }

    /** When the wall clock shows this, on the clock that never falls. */
    long at(Instant time) {
        return nanos + Duration.between(wall, time).toNanos();
    }
}
