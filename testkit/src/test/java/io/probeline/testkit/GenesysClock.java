package io.probeline.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that passes when a test says so. */
final class GenesysClock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-22T10:15:30Z");

    @Override
    public Instant instant() {
        return now;
    }

    synchronized void pass(Duration time) {
        now = now.plus(time);
    }
}
