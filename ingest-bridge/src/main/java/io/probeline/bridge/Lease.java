package io.probeline.bridge;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long this bridge may believe that it still owns what it owned: for half a session time-out from the moment at which a
 * commit was asked for that Kafka has then accepted. The group can't have given its partitions away before twice that time.
 * Written by the ownership thread, read by the device loop.
 */
final class Lease {
    private final Duration length;
    private final AtomicLong confirmedAt = new AtomicLong(Moment.NEVER);

    Lease(Duration sessionTimeout) {
        this.length = sessionTimeout.dividedBy(2);
    }

    Duration length() {
        return length;
    }

    /** @param requestedAt when the commit was asked for, not when its acknowledgement came: the process may have slept between */
    void confirmed(long requestedAt) {
        confirmedAt.accumulateAndGet(
                requestedAt, (before, now) -> before == Moment.NEVER ? now : Math.max(before, now));
    }

    boolean holds(long now) {
        long at = confirmedAt.get();
        return at != Moment.NEVER && now - at <= length.toNanos();
    }
}
