package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When a secret that was refused is looked up anew, and what was found is tried. */
class RenewalTest {
    private static final Secret FIRST = new Secret("first");
    private static final Secret SECOND = new Secret("second");
    private static final Secret THIRD = new Secret("third");

    private final Renewal renewal = new Renewal();

    private static Moment at(long second) {
        return new Moment(second * 1_000_000_000, Instant.EPOCH.plusSeconds(second));
    }

    @Test
    void onceAndThenNoMore() {
        assertTrue(renewal.refused(FIRST, at(0)));
        assertTrue(renewal.found(FIRST), "it may have been refused for another reason");
        assertFalse(renewal.refused(FIRST, at(1)));
        assertFalse(renewal.refused(FIRST, at(59)));
        assertTrue(renewal.refused(FIRST, at(60)));
    }

    @Test
    void aSecretThatIsChangedTwiceWithinAMinuteIsLookedUpTwice() {
        assertTrue(renewal.refused(FIRST, at(0)));
        assertTrue(renewal.found(SECOND));
        renewal.spoken();
        assertTrue(renewal.refused(SECOND, at(20)));
        assertTrue(renewal.found(THIRD));
        assertFalse(renewal.refused(THIRD, at(21)), "the device has not spoken since");
    }

    /** As a backend does that lets in and closes with 4001. */
    @Test
    void whoIsThrownOutAgainWithTheSameSecretIsNotDialledForEver() {
        assertTrue(renewal.refused(FIRST, at(0)));
        assertTrue(renewal.found(FIRST));
        renewal.spoken();
        assertTrue(renewal.refused(FIRST, at(1)));
        assertFalse(renewal.found(FIRST));
    }

    @Test
    void whatWasRefusedOnceMayBeTheRightOneLater() {
        assertTrue(renewal.refused(FIRST, at(0)));
        assertTrue(renewal.found(SECOND));
        renewal.spoken();
        assertTrue(renewal.refused(SECOND, at(1)));
        assertTrue(renewal.found(FIRST));
    }
}
