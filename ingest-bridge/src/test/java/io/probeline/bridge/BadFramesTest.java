package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** More than a hundred within ten seconds. */
class BadFramesTest {
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    @Test
    void aHundredAreBorneAndOneMoreIsNot() {
        var bad = new BadFrames();
        for (int i = 0; i < 100; i++) {
            assertFalse(bad.tooMany(i * MILLI), "no. " + i);
        }
        assertTrue(bad.tooMany(10_000 * MILLI));
    }

    @Test
    void aHundredAndOneInLongerAreBorne() {
        var bad = new BadFrames();
        for (int i = 0; i < 10_000; i++) {
            assertFalse(bad.tooMany(i * 101L * MILLI), "no. " + i);
        }
    }
}
