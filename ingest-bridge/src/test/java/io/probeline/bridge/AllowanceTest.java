package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A hundred at once, and ten a second. */
class AllowanceTest {
    private static int taken(Allowance allowance, long now, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += allowance.take(now) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aBurstAndThenARate() {
        var allowance = new Allowance();
        long second = Duration.ofSeconds(1).toNanos();
        assertEquals(100, taken(allowance, 0, 1_000));
        assertEquals(10, taken(allowance, second, 1_000));
        assertEquals(100, taken(allowance, 1_000 * second, 1_000), "no more is saved up");
    }
}
