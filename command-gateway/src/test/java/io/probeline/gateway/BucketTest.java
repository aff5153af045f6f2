package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** So many at once, then so many a second. */
class BucketTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void letsABurstInAndThenItsRate() {
        var rate = new Rate(2, 3);
        var bucket = Bucket.full(rate, 0).taken().taken().taken();
        assertFalse(bucket.has());
        assertEquals(Duration.ofMillis(500), bucket.until(rate));
        assertTrue(bucket.at(SECOND / 2, rate).has());
        assertFalse(bucket.at(SECOND / 2, rate).taken().has());
        assertEquals(3, bucket.at(100 * SECOND, rate).tokens());
    }

    @Test
    void aClockThatStandsGivesNothing() {
        var rate = new Rate(2, 1);
        var bucket = Bucket.full(rate, SECOND).taken();
        assertFalse(bucket.at(0, rate).has());
        assertEquals(SECOND, bucket.at(0, rate).at());
    }
}
