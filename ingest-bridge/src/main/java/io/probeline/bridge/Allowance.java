package io.probeline.bridge;

import java.time.Duration;

/** So many at once, and then so many a second: what a device may add to the log of events by talking. For one thread. */
final class Allowance {
    private static final int AT_ONCE = 100;
    private static final long EACH = Duration.ofMillis(100).toNanos();

    /** When the next would be free, if none were saved up. */
    private long freeAt = Long.MIN_VALUE;

    boolean take(long now) {
        long free = freeAt == Long.MIN_VALUE ? now - AT_ONCE * EACH : Math.max(freeAt, now - AT_ONCE * EACH);
        if (free - now > -EACH) {
            return false;
        }
        freeAt = free + EACH;
        return true;
    }
}
