package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long a bridge may believe that it owns what it owned. */
class LeaseTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Lease lease = new Lease(Duration.ofSeconds(10));

    @Test
    void itHoldsForHalfASessionTimeOutFromTheAsking() {
        assertFalse(lease.holds(0), "nothing was confirmed yet");
        lease.confirmed(0);
        assertTrue(lease.holds(5 * SECOND));
        assertFalse(lease.holds(5 * SECOND + 1));
    }

    @Test
    void anOlderConfirmationShortensNothing() {
        lease.confirmed(4 * SECOND);
        lease.confirmed(0);
        assertTrue(lease.holds(9 * SECOND));
    }

    @Test
    void aClockThatBeginsBelowZeroIsOneToo() {
        lease.confirmed(-100 * SECOND);
        assertTrue(lease.holds(-96 * SECOND));
        assertFalse(lease.holds(-90 * SECOND));
    }
}
