package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When a device is dialled, for many seeds: the bounds hold for each. */
class ReconnectTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private static Moment at(long nanos) {
        return new Moment(nanos, Instant.EPOCH.plusNanos(nanos));
    }

    /** The slowest failure: each try takes all the time that it has. */
    private static long fail(Reconnect.Next next) {
        return next.at() + next.limit().toNanos();
    }

    @Test
    void threeTriesAndTheNewsWithinFourteenSeconds() {
        for (int seed = 0; seed < 10_000; seed++) {
            var random = new Random(seed);
            var reconnect = new Reconnect(false);
            reconnect.opened(at(0));
            long drop = 100 * SECOND;
            var next = reconnect.dropped(at(drop), random);
            assertEquals(drop, next.at(), "the first at once");
            int tries = 1;
            while (true) {
                reconnect.dialled(at(next.at()));
                var failure = at(fail(next));
                next = reconnect.failed(failure, random);
                if (next.lostNow()) {
                    assertTrue(failure.nanos() - drop <= 14 * SECOND, "seed " + seed + ": told after " + failure);
                    break;
                }
                assertTrue(next.at() >= failure.nanos(), "seed " + seed);
                tries++;
            }
            assertEquals(3, tries, "seed " + seed);
        }
    }

    @Test
    void triesAreSpread() {
        var random = new Random(1);
        double sum = 0;
        for (int i = 0; i < 1_000; i++) {
            var reconnect = new Reconnect(false);
            var first = reconnect.first(at(0));
            sum += reconnect.failed(at(first.at()), random).at();
        }
        assertEquals(2.0 * SECOND, sum / 1_000, 0.2 * SECOND, "full jitter over the first four seconds");
    }

    @Test
    void aLostDeviceIsDialledAtMostOnceInFifteenSeconds() {
        for (int seed = 0; seed < 1_000; seed++) {
            var random = new Random(seed);
            var reconnect = new Reconnect(true);
            var next = reconnect.first(at(0));
            for (int i = 0; i < 20; i++) {
                reconnect.dialled(at(next.at()));
                var after = reconnect.failed(at(next.at() + SECOND), random);
                assertFalse(after.lostNow(), "it was told before");
                assertTrue(after.at() - next.at() >= 15 * SECOND, "seed " + seed);
                assertTrue(after.at() - next.at() <= 18 * SECOND, "seed " + seed);
                next = after;
            }
        }
    }

    /** As a backend does that takes the connection and drops it, with no appliance behind it. */
    @Test
    void aLostDevicesConnectionThatEndsIsNoReasonToDialMoreOften() {
        var random = new Random(3);
        var reconnect = new Reconnect(true);
        var next = reconnect.first(at(0));
        for (int i = 0; i < 20; i++) {
            reconnect.dialled(at(next.at()));
            reconnect.opened(at(next.at()));
            var after = reconnect.dropped(at(next.at() + 6 * SECOND), random);
            assertFalse(after.lostNow(), "it was told before");
            assertTrue(after.at() - next.at() >= 15 * SECOND, () -> "dialled again at " + after.at());
            next = after;
        }
    }

    @Test
    void aMuteDeviceIsLostAtOnceAndToldOnce() {
        var random = new Random(1);
        var reconnect = new Reconnect(false);
        reconnect.opened(at(0));
        var next = reconnect.mute(at(15 * SECOND), random);
        assertTrue(next.lostNow());
        assertEquals(15 * SECOND, next.at(), "reconnecting starts");
        reconnect.dialled(at(next.at()));
        reconnect.opened(at(next.at()));
        assertFalse(reconnect.mute(at(30 * SECOND), random).lostNow());
        assertTrue(reconnect.lost());
        reconnect.alive();
        assertFalse(reconnect.lost());
    }

    /** Three tries, the first at once: those that failed before the device was back are another outage's. */
    @Test
    void whoIsBackAndDropsSoonHasAllTriesAgain() {
        var random = new Random(5);
        for (boolean wasLost : List.of(true, false)) {
            var reconnect = new Reconnect(wasLost);
            reconnect.first(at(0));
            reconnect.failed(at(SECOND), random);
            reconnect.failed(at(2 * SECOND), random);
            reconnect.opened(at(20 * SECOND));
            reconnect.alive();
            var next = reconnect.dropped(at(22 * SECOND), random);
            assertEquals(22 * SECOND, next.at(), "the first at once");
            assertFalse(next.lostNow());
            assertFalse(reconnect.failed(at(23 * SECOND), random).lostNow());
            assertFalse(reconnect.failed(at(24 * SECOND), random).lostNow());
            assertTrue(reconnect.failed(at(25 * SECOND), random).lostNow());
        }
    }

    @Test
    void aConnectionThatEndsAtOnceAgainAndAgainIsNoHotLoop() {
        var random = new Random(7);
        var reconnect = new Reconnect(false);
        var now = at(0);
        var next = reconnect.first(now);
        int dials = 0;
        boolean lost = false;
        while (next.at() < 60 * SECOND) {
            dials++;
            reconnect.dialled(at(next.at()));
            reconnect.opened(at(next.at()));
            next = reconnect.dropped(at(next.at() + 1_000), random);
            lost |= next.lostNow();
        }
        assertTrue(lost, "a device that can't be kept is lost");
        assertTrue(dials <= 9, dials + " dials in a minute");
    }
}
