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
    private static final Duration HEARTBEATS = Duration.ofSeconds(15);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private long now;

    private static Moment at(long nanos) {
        return new Moment(nanos, Instant.EPOCH.plusNanos(nanos));
    }

    /** The slowest failure: each try takes all the time that it has. */
    private static long fail(Reconnect.Next next) {
        return next.at() + next.limit().toNanos();
    }

    /** Of a device that was there for long, and was silent for so long when its connection ended. */
    private static Reconnect connected(long drop, long silence) {
        var reconnect = new Reconnect(false, HEARTBEATS);
        reconnect.opened(at(0));
        reconnect.alive(at(drop - silence));
        return reconnect;
    }

    /** And the agent is told within that time of the last sign of life. */
    @Test
    void threeTriesAndTheNewsWithinFourteenSeconds() {
        for (int seed = 0; seed < 10_000; seed++) {
            var random = new Random(seed);
            long drop = 100 * SECOND;
            long life = drop - random.nextLong(5 * SECOND + 1);
            var reconnect = connected(drop, drop - life);
            var next = reconnect.dropped(at(drop), random);
            assertEquals(drop, next.at(), "the first at once");
            int tries = 1;
            while (true) {
                reconnect.dialled(at(next.at()));
                var failure = at(fail(next));
                next = reconnect.failed(failure, random);
                if (next.lostNow()) {
                    assertTrue(failure.nanos() - life <= 14 * SECOND, "seed " + seed + ": told after " + failure);
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
            var reconnect = new Reconnect(false, HEARTBEATS);
            var first = reconnect.first(at(0));
            sum += reconnect.failed(at(first.at()), random).at();
        }
        assertEquals(2.0 * SECOND, sum / 1_000, 0.2 * SECOND, "full jitter over the first four seconds");
    }

    /** Each try is refused at once, by a host whose backend starts anew. */
    @Test
    void theThirdTryComesLateEnoughForABackendThatStartsAnew() {
        long earliest = Long.MAX_VALUE;
        long latest = 0;
        for (int seed = 0; seed < 10_000; seed++) {
            var random = new Random(seed);
            long drop = 100 * SECOND;
            long silence = random.nextLong(5 * SECOND + 1);
            var reconnect = connected(drop, silence);
            reconnect.dropped(at(drop), random);
            var second = reconnect.failed(at(drop), random);
            var third = reconnect.failed(at(second.at()), random);
            long after = third.at() - drop;
            assertTrue(after >= Math.min(8 * SECOND, 11 * SECOND - silence), "seed " + seed + ": after " + after);
            assertTrue(after <= 11 * SECOND - silence, "seed " + seed + ": after " + after);
            assertTrue(reconnect.failed(at(third.at()), random).lostNow(), "seed " + seed);
            earliest = Math.min(earliest, after);
            latest = Math.max(latest, after);
        }
        assertTrue(earliest < 6.5 * SECOND && latest > 10.5 * SECOND, "from " + earliest + " to " + latest);
    }

    @Test
    void aLostDeviceIsDialledAtMostOnceInFifteenSeconds() {
        for (int seed = 0; seed < 1_000; seed++) {
            var random = new Random(seed);
            var reconnect = new Reconnect(true, HEARTBEATS);
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
        var reconnect = new Reconnect(true, HEARTBEATS);
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
        var reconnect = new Reconnect(false, HEARTBEATS);
        reconnect.opened(at(0));
        var next = reconnect.mute(at(15 * SECOND), random);
        assertTrue(next.lostNow());
        assertEquals(15 * SECOND, next.at(), "reconnecting starts");
        reconnect.dialled(at(next.at()));
        reconnect.opened(at(next.at()));
        assertFalse(reconnect.mute(at(30 * SECOND), random).lostNow());
        assertTrue(reconnect.lost());
        reconnect.alive(at(31 * SECOND));
        assertFalse(reconnect.lost());
    }

    /** Three tries, the first at once: those that failed before the device was back are another outage's. */
    @Test
    void whoIsBackAndDropsSoonHasAllTriesAgain() {
        var random = new Random(5);
        for (boolean wasLost : List.of(true, false)) {
            var reconnect = new Reconnect(wasLost, HEARTBEATS);
            reconnect.first(at(0));
            reconnect.failed(at(SECOND), random);
            reconnect.failed(at(2 * SECOND), random);
            reconnect.opened(at(20 * SECOND));
            reconnect.alive(at(20 * SECOND));
            var next = reconnect.dropped(at(22 * SECOND), random);
            assertEquals(22 * SECOND, next.at(), "the first at once");
            assertFalse(next.lostNow());
            assertFalse(reconnect.failed(at(23 * SECOND), random).lostNow());
            assertFalse(reconnect.failed(at(24 * SECOND), random).lostNow());
            assertTrue(reconnect.failed(at(25 * SECOND), random).lostNow());
        }
    }

    /** Its backend lets the bridge in and throws it out, with no appliance behind it; as a line's connection does it, without the line. */
    @Test
    void aDeviceThatSaysNothingOverManyConnectionsIsLostAsOverOne() {
        for (int seed = 0; seed < 10_000; seed++) {
            var random = new Random(seed);
            long life = 100 * SECOND;
            long drop = life + random.nextLong(15 * SECOND);
            long stands = random.nextLong(15 * SECOND);
            var reconnect = connected(drop, drop - life);
            var next = reconnect.dropped(at(drop), random);
            now = drop;
            while (!next.lostNow() && now - life <= 60 * SECOND) {
                reconnect.dialled(at(next.at()));
                next = connection(reconnect, next.at(), stands, random);
            }
            assertTrue(now - life <= 16 * SECOND, "seed " + seed + ": told after " + (now - life));
        }
    }

    /** @return what follows from its end, by the backend or for want of a sign of life */
    private Reconnect.Next connection(Reconnect reconnect, long opened, long stands, Random random) {
        var heartbeat = new Heartbeat(INTERVAL, 3, reconnect.opened(at(opened)), opened);
        for (now = opened; now < opened + stands; now = heartbeat.dueAt()) {
            if (heartbeat.time(now) == Heartbeat.Act.GONE) {
                return reconnect.mute(at(now), random);
            }
        }
        now = opened + stands;
        return reconnect.dropped(at(now), random);
    }

    @Test
    void aDeviceThatIsThereIsNotLostForEndsOfItsConnections() {
        var random = new Random(11);
        var reconnect = new Reconnect(false, HEARTBEATS);
        var next = reconnect.first(at(0));
        for (int i = 0; i < 100; i++) {
            long opened = next.at() + SECOND / 100;
            var heartbeat = new Heartbeat(INTERVAL, 3, reconnect.opened(at(opened)), opened);
            assertEquals(Heartbeat.Act.BEAT, heartbeat.time(opened));
            reconnect.alive(at(opened + SECOND / 5));
            next = reconnect.dropped(at(opened + 6 * SECOND), random);
            assertFalse(next.lostNow());
            assertEquals(opened + 6 * SECOND, next.at(), "the first at once");
        }
    }

    /** The backend is away until the last try; then the device answers within a quarter of a second. */
    @Test
    void aDeviceThatIsBackWithTheLastTryHasAMomentToSaySo() {
        long drop = 100 * SECOND;
        var reconnect = connected(drop, 0);
        reconnect.dropped(at(drop), new Random(1));
        long opened = drop + 14 * SECOND;
        var heartbeat = new Heartbeat(INTERVAL, 3, reconnect.opened(at(opened)), opened);
        assertEquals(Heartbeat.Act.BEAT, heartbeat.time(opened));
        long answered = opened + SECOND / 4;
        assertEquals(Heartbeat.Act.NOTHING, heartbeat.time(answered - 1));
        heartbeat.life(answered - 1);
        assertEquals(Heartbeat.Act.NOTHING, heartbeat.time(answered));
        assertEquals(opened + 5 * SECOND, heartbeat.dueAt());
    }

    /** Who was refused may have been silent for hours when a command is a reason to dial. */
    @Test
    void whoIsDialledAnewHasAllHisTimeAgain() {
        var reconnect = connected(100 * SECOND, 0);
        long hours = 10_000 * SECOND;
        var next = reconnect.anew(at(hours));
        assertEquals(hours, next.at());
        assertFalse(reconnect.failed(at(hours), new Random(1)).lostNow());
        assertEquals(hours + SECOND, reconnect.opened(at(hours + SECOND)));
    }

    @Test
    void aLostDevicesHeartbeatsBeginAnewWithEachConnection() {
        var reconnect = connected(100 * SECOND, 0);
        assertTrue(reconnect.mute(at(115 * SECOND), new Random(1)).lostNow());
        assertEquals(130 * SECOND, reconnect.opened(at(130 * SECOND)));
        reconnect.alive(at(131 * SECOND));
        assertEquals(131 * SECOND, reconnect.opened(at(133 * SECOND)));
    }

    @Test
    void aConnectionThatEndsAtOnceAgainAndAgainIsNoHotLoop() {
        var random = new Random(7);
        var reconnect = new Reconnect(false, HEARTBEATS);
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
