package io.probeline.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(3));

    @Test
    void theCeilingDoublesUpToTheMost() {
        assertEquals(Duration.ofMillis(100), backoff.ceiling(1));
        assertEquals(Duration.ofMillis(200), backoff.ceiling(2));
        assertEquals(Duration.ofMillis(1600), backoff.ceiling(5));
        assertEquals(Duration.ofSeconds(3), backoff.ceiling(6));
        assertEquals(Duration.ofSeconds(3), backoff.ceiling(Integer.MAX_VALUE));
    }

    @Test
    void thePauseIsSpreadOverTheWholeRange() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int low = 0;
        for (int i = 0; i < 1_000; i++) {
            var pause = backoff.pause(3, random);
            assertTrue(!pause.isNegative() && pause.compareTo(Duration.ofMillis(400)) <= 0, "seed " + seed);
            low += pause.compareTo(Duration.ofMillis(200)) < 0 ? 1 : 0;
        }
        assertTrue(low > 400 && low < 600, low + " of 1000 below the middle, seed " + seed);
    }

    @Test
    void refusesAPauseThatNeverGrows() {
        assertThrows(IllegalArgumentException.class, () -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
    }
}
