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
        return new Heartbeat(INTERVAL, 3, 0);
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
    void aSingleMissMayBeEnough() {
        var heartbeat = new Heartbeat(INTERVAL, 1, 0);
        assertEquals(Heartbeat.Act.BEAT, heartbeat.time(0));
        assertEquals(Heartbeat.Act.GONE, heartbeat.time(heartbeat.dueAt()));
    }
}
