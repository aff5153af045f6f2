package io.probeline.gateway;

import java.time.Duration;

/**
 * A token bucket: so many at once, and then so many a second.
 *
 * @param tokens what is left, as of {@code at}
 * @param at nanoseconds that never fall
 */
record Bucket(double tokens, long at) {
    private static final double SECOND = 1e9;

    static Bucket full(Rate rate, long now) {
        return new Bucket(rate.burst(), now);
    }

    /** As it is now. */
    Bucket at(long now, Rate rate) {
        double grown = tokens + Math.max(0, now - at) / SECOND * rate.perSecond();
        return new Bucket(Math.min(rate.burst(), grown), Math.max(at, now));
    }

    boolean has() {
        return tokens >= 1;
    }

    Bucket taken() {
        return new Bucket(tokens - 1, at);
    }

    /** Until there is one again. */
    Duration until(Rate rate) {
        return has() ? Duration.ZERO : Duration.ofNanos((long) Math.ceil((1 - tokens) / rate.perSecond() * SECOND));
    }
}
