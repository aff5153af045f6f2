package io.probeline.transcript;

import io.probeline.runtime.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Whether the target is there at all: after so many failures in a row one request at a time finds out whether it is back. */
final class Breaker {
    private static final int PATIENCE = 8;
    private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15));

    private final RandomGenerator random;
    private int failures;
    private Instant closedUntil = Instant.EPOCH;
    private Optional<String> reason = Optional.empty();

    Breaker(RandomGenerator random) {
        this.random = random;
    }

    /** Whether a request may be made. */
    boolean admits(Instant now, int inFlight) {
        return failures < PATIENCE || (!now.isBefore(closedUntil) && inFlight == 0);
    }

    /** It answered, whatever it said. */
    void answered() {
        failures = 0;
        reason = Optional.empty();
    }

    void failed(Instant now, String why) {
        failures++;
        if (failures >= PATIENCE) {
            reason = Optional.of(why);
            closedUntil = now.plus(PAUSES.pause(failures - PATIENCE + 1, random));
        }
    }

    /** Why nothing is sent; empty while the target is there. */
    Optional<String> open() {
        return reason;
    }
}
