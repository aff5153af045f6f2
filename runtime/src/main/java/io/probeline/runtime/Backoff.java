package io.probeline.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Full-jitter exponential back-off: the pause before try n is even between nothing and {@code first * 2^n}, up to {@code most}. */
public record Backoff(Duration first, Duration most) {
    public Backoff {
        if (first.isNegative() || first.isZero() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException("a back-off needs 0 < first <= most");
        }
    }

    /** @param failures how many tries have failed so far, from 1 */
    public Duration pause(int failures, RandomGenerator random) {
        long ceiling = ceiling(failures).toNanos();
        return Duration.ofNanos(random.nextLong(ceiling + 1));
    }

    /** The longest that {@link #pause} can be. */
    public Duration ceiling(int failures) {
        int doublings = Math.clamp(failures - 1L, 0, 30);
        var grown = first.multipliedBy(1L << doublings);
        return grown.compareTo(most) > 0 ? most : grown;
    }
}
