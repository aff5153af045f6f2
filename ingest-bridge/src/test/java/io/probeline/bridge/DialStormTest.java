package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ten thousand devices have lost their connections at one moment, and whoever shakes hands with them, here or there, can do so only so many times a second, one after the other. All are back
 * in not much more than the time that takes. In virtual time, by the bridge's own rules for tries.
 */
class DialStormTest {
    private static final int DEVICES = 10_000;
    private static final long SEED = 20261130;

    private final PriorityQueue<Due> events = new PriorityQueue<>(Comparator.comparingLong(Due::at));
    private final RandomGenerator random = new Random(SEED);
    private final DialGate gate = new DialGate(task -> at(0, task), new SimpleMeterRegistry());
    private long now;
    private long freeAt;
    private int connected;

    /** Something that happens then. */
    private record Due(long at, Runnable what) {}

    @ParameterizedTest
    @ValueSource(ints = {30, 60, 100, 200, 1_000})
    void allAreBackInNotMuchMoreThanTheirHandshakesTake(int perSecond) {
        System.out.println("dial storm: seed " + SEED);
        for (int i = 0; i < DEVICES; i++) {
            new Device(Duration.ofSeconds(1).dividedBy(perSecond).toNanos()).begin();
        }
        var least = Duration.ofSeconds(DEVICES / perSecond);
        long limit = least.multipliedBy(2).plusSeconds(30).toNanos();
        while (connected < DEVICES && now < limit) {
            var next = events.remove();
            now = next.at();
            next.what().run();
        }
        var said = perSecond + " handshakes a second: " + connected + " are back in " + Duration.ofNanos(now) + ", and "
                + least + " is the least";
        System.out.println("dial storm: " + said);
        assertEquals(DEVICES, connected, said);
    }

    private void at(long delay, Runnable what) {
        events.add(new Due(now + delay, what));
    }

    private Moment moment() {
        return new Moment(now, Instant.EPOCH.plusNanos(now));
    }

    /** As a line's connection does it, without the line. */
    private final class Device {
        private final long handshake;
        private final Reconnect reconnect = new Reconnect(false, Duration.ofSeconds(15));
        private final DialGate.Turn turn = this::admitted;
        private boolean dialling;
        private boolean within;
        private int tries;

        Device(long handshake) {
            this.handshake = handshake;
        }

        void begin() {
            plan(reconnect.first(moment()));
        }

        private void plan(Reconnect.Next next) {
            at(next.at() - now, () -> dial(next.limit()));
        }

        private void dial(Duration limit) {
            tries++;
            int dial = tries;
            dialling = true;
            reconnect.dialled(moment());
            at(limit.toNanos(), () -> late(dial));
            gate.enter(turn);
        }

        private boolean admitted() {
            if (!dialling) {
                return false;
            }
            within = true;
            int dial = tries;
            // The handshake is made, whether or not anybody still waits for it.
            freeAt = Math.max(freeAt, now) + handshake;
            at(freeAt - now, () -> made(dial));
            return true;
        }

        private void made(int dial) {
            if (dialling && dial == tries) {
                dialling = false;
                connected++;
                leave(false);
            }
        }

        private void late(int dial) {
            if (dialling && dial == tries) {
                dialling = false;
                leave(true);
                plan(reconnect.failed(moment(), random));
            }
        }

        private void leave(boolean tooLate) {
            if (within) {
                within = false;
                gate.left(tooLate);
            }
        }
    }
}
