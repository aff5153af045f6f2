package io.probeline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MachineTimeTest {
    /** Guests' time is in user already, so it is not counted again. */
    @Test
    void countsEverythingButIdleness() {
        var spent = MachineTime.spent("cpu  100 20 30 9999 8888 1 2 3 50 60");
        assertEquals(Duration.ofMillis(1_560), spent);
    }
}
