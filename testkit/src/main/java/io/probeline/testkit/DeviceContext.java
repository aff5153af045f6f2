package io.probeline.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all devices of a backend share.
 *
 * @param linger how long a socket whose session was ended is read, while its close frame is not answered
 * @param sessions how many devices have one
 * @param telemetry how many telemetry objects were sent
 * @param skipped how many were left out, because the other side did not read what had been sent before
 */
record DeviceContext(
        DeviceLoop loop,
        WireHistory history,
        InstantSource clock,
        Duration linger,
        AtomicInteger sessions,
        AtomicLong telemetry,
        AtomicLong skipped) {

    DeviceContext(DeviceLoop loop, WireHistory history, InstantSource clock, Duration linger) {
        this(loop, history, clock, linger, new AtomicInteger(), new AtomicLong(), new AtomicLong());
    }

    Instant now() {
        return clock.instant();
    }
}
