package io.probeline.processor;

import java.time.Instant;
import java.util.OptionalLong;

/** How far a device's clock is from the bridge's. */
final class Skew {
    /** Some three thousand years: further off, the device's time is no time. */
    private static final long MOST = 100_000_000_000_000L;

    private Skew() {}

    static OptionalLong of(Instant deviceTime, long receivedAt) {
        long device = deviceTime.toEpochMilli();
        return Math.abs(device) > MOST || device == Long.MIN_VALUE
                ? OptionalLong.empty()
                : OptionalLong.of(device - receivedAt);
    }
}
