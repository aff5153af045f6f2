package io.probeline.processor;

import java.util.OptionalLong;

/** How far a device's clock is from the bridge's. */
final class Skew {
    /** Some three thousand years: further off, the device's time is no time. */
    private static final long MOST = 100_000_000_000_000L;

    private Skew() {}

    static OptionalLong of(long deviceTime, long receivedAt) {
        return Math.abs(deviceTime) > MOST || deviceTime == Long.MIN_VALUE
                ? OptionalLong.empty()
                : OptionalLong.of(deviceTime - receivedAt);
    }
}
