package io.probeline.schemas;

import java.time.Duration;
import java.time.Instant;

/** The windows of telemetry: of the two lengths that a rule may ask for, aligned to the epoch, one after the other without a gap. */
public final class Windows {
    /** Of metrics that matter most while somebody looks. */
    public static final Duration FAST = Duration.ofSeconds(2);

    public static final Duration SLOW = Duration.ofSeconds(5);

    private Windows() {}

    /** The first end of a window of either length that is after this. */
    public static Instant nextEnd(Instant time) {
        long millis = time.toEpochMilli();
        return Instant.ofEpochMilli(Math.min(nextEnd(millis, FAST), nextEnd(millis, SLOW)));
    }

    private static long nextEnd(long millis, Duration length) {
        return millis - Math.floorMod(millis, length.toMillis()) + length.toMillis();
    }
}
