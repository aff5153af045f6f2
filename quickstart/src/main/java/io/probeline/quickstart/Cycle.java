package io.probeline.quickstart;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When an appliance has its bad time, over and over again; for the backend's thread.
 *
 * <p>A reconnect leaves it as it is, but a session that begins after a longer absence begins with good time: who looks
 * at the appliance for the first time sees it well before it gets worse.
 */
final class Cycle {
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private final Duration first;
    private final Duration bad;
    private final Duration period;
    private @Nullable Instant start;
    private @Nullable Instant left;

    /**
     * @param first how long it takes to the first bad time
     * @param bad how long a bad time lasts; zero for never
     * @param period from the start of one bad time to the next
     */
    Cycle(Duration first, Duration bad, Duration period) {
        if (bad.compareTo(period) >= 0) {
            throw new IllegalArgumentException("a cycle needs good time too");
        }
        this.first = first;
        this.bad = bad;
        this.period = period;
    }

    static Cycle alwaysGood() {
        return new Cycle(Duration.ZERO, Duration.ZERO, FORGOTTEN);
    }

    void connected(Instant now) {
        if (start == null || (left != null && !now.isBefore(left.plus(FORGOTTEN)))) {
            start = now;
        }
        left = null;
    }

    void disconnected(Instant now) {
        left = now;
    }

    boolean bad(Instant at) {
        return edge(at).isPresent();
    }

    /** Within a bad time, how far its nearer end is away. */
    Optional<Duration> edge(Instant at) {
        if (start == null || at.isBefore(start.plus(first))) {
            return Optional.empty();
        }
        var since = Duration.between(start.plus(first), at);
        var into = since.minus(period.multipliedBy(since.dividedBy(period)));
        var left = bad.minus(into);
        if (!left.isPositive()) {
            return Optional.empty();
        }
        return Optional.of(into.compareTo(left) < 0 ? into : left);
    }
}
