package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When a device is asked for a sign of life, and when it is gone. */
class HeartbeatTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final long MILLI = 1_000_000;

    private static Heartbeat fresh() {
        return new Heartbeat(INTERVAL, 3, 0, 0);
    }

    @Test
    void everyFiveSecondsWhileItIsAnswered() {
        var heartbeat = fresh();
        long now = 0;
        for (int beat = 1; beat <= 100; beat++) {
            assertEquals(now, heartbeat.dueAt());
            assertEquals(Heartbeat.Act.BEAT, heartbeat.time(now));
            assertEquals(beat, heartbeat.id());
            assertFalse(heartbeat.life(now + 30 * MILLI));
            now += INTERVAL.toNanos();
        }
    }

    @Test
    void nothingBeforeItIsDue() {
        var heartbeat = fresh();
        assertEquals(Heartbeat.Act.BEAT, heartbeat.time(0));
        assertEquals(Heartbeat.Act.NOTHING, heartbeat.time(heartbeat.dueAt() - 1));
    }

    @Test
    void threeUnansweredBeatsAndGoneWithinFifteenSecondsOfTheLastSignOfLife() {
        for (int seed = 0; seed < 1_000; seed++) {
            var random = new Random(seed);
            var heartbeat = fresh();
            heartbeat.time(0);
            long life = random.nextLong(INTERVAL.toNanos());
            heartbeat.life(life);
            var beats = new ArrayList<Long>();
            long gone = -1;
            while (gone < 0) {
                long now = heartbeat.dueAt();
                switch (heartbeat.time(now)) {
                    case BEAT, BEAT_SUSPECT -> beats.add(now);
                    case GONE -> gone = now;
                    case NOTHING -> throw new AssertionError("it was due");
                }
            }
            assertEquals(3, beats.size(), "seed " + seed);
            assertTrue(gone - life <= 15_000 * MILLI, "seed " + seed + ": gone after " + (gone - life) / MILLI + " ms");
            assertTrue(gone - life > 14_000 * MILLI, "seed " + seed + ": the device was given its time");
            assertTrue(gone - beats.getLast() > 3_000 * MILLI, "seed " + seed + ": the last could be answered");
        }
    }

    @Test
    void suspectAfterOneAndLiveAgain() {
        var heartbeat = fresh();
        assertEquals(Heartbeat.Act.BEAT, heartbeat.time(0));
        long second = heartbeat.dueAt();
        assertEquals(Heartbeat.Act.BEAT_SUSPECT, heartbeat.time(second));
        assertTrue(heartbeat.life(second + MILLI), "it was suspect");
        assertFalse(heartbeat.life(second + 2 * MILLI));
        assertEquals(second + INTERVAL.toNanos(), heartbeat.dueAt(), "back to the usual beat");
    }

    @Test
    void whoLooksLateStillGivesEachBeatATimeToBeAnswered() {
        var heartbeat = fresh();
        heartbeat.time(0);
        heartbeat.life(MILLI);
        long late = 60_000 * MILLI;
        assertFalse(heartbeat.overdue(late), "nothing was asked");
        assertEquals(Heartbeat.Act.BEAT, heartbeat.time(late));
        assertEquals(late + 250 * MILLI, heartbeat.dueAt());
        assertEquals(Heartbeat.Act.NOTHING, heartbeat.time(late + 249 * MILLI));
        assertFalse(heartbeat.life(late + 249 * MILLI), "answered in time");
        assertFalse(heartbeat.overdue(late + 250 * MILLI));
    }

    @Test
    void overdueOnceTheTimeForAnAnswerIsOver() {
        var heartbeat = fresh();
        heartbeat.time(0);
        assertFalse(heartbeat.overdue(heartbeat.dueAt() - 1));
        assertTrue(heartbeat.overdue(heartbeat.dueAt()));
    }

    @Test
    void silenceGoesOnOverTheNextConnection() {
        var opened = 9_000 * MILLI;
        var heartbeat = new Heartbeat(INTERVAL, 3, 0, opened);
        long now = opened;
        for (int beat = 1; beat <= 3; beat++) {
            assertEquals(beat == 2 ? Heartbeat.Act.BEAT_SUSPECT : Heartbeat.Act.BEAT, heartbeat.time(now));
            now = heartbeat.dueAt();
        }
        assertEquals(Heartbeat.Act.GONE, heartbeat.time(now));
        assertTrue(now > 14_000 * MILLI && now <= 15_000 * MILLI, "gone after " + now / MILLI + " ms");
    }

    @Test
    void aSingleMissMayBeEnough() {
        var heartbeat = new Heartbeat(INTERVAL, 1, 0, 0);
        assertEquals(Heartbeat.Act.BEAT, heartbeat.time(0));
        assertEquals(Heartbeat.Act.GONE, heartbeat.time(heartbeat.dueAt()));
    }

    /** The first beat comes with the connection, the later ones when the device has been quiet for an interval. */
    @Test
    void aSingleBeatHasAFairTimeEachTime() {
        var heartbeat = new Heartbeat(INTERVAL, 1, 0, 0);
        long now = 0;
        for (int beat = 1; beat <= 10; beat++) {
            assertEquals(Heartbeat.Act.BEAT, heartbeat.time(now));
            assertTrue(heartbeat.dueAt() - now > 4_000 * MILLI, "beat " + beat);
            heartbeat.life(now + 400 * MILLI);
            now = heartbeat.dueAt();
        }
        heartbeat.time(now);
        assertEquals(Heartbeat.Act.GONE, heartbeat.time(heartbeat.dueAt()));
        assertTrue(heartbeat.dueAt() - now <= INTERVAL.toNanos());
    }

    /** An operator who wants to know sooner has no nearer devices. */
    @Test
    void aShortIntervalLeavesTheTimeThatAnAnswerTakes() {
        var second = Duration.ofSeconds(1);
        var heartbeat = new Heartbeat(second, 3, 0, second.multipliedBy(10).toNanos());
        long opened = heartbeat.dueAt();
        heartbeat.time(opened);
        assertEquals(opened + 250 * MILLI, heartbeat.dueAt());
    }
}
