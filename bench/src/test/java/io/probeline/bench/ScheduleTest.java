package io.probeline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void holdsAsManyRequestsAsTheRateAsksForAndEndsInTime() {
        var schedule = Schedule.of(200, Duration.ofSeconds(30), 1);
        assertEquals(6_000, schedule.size());
        assertEquals(30, schedule.last() / 1e9, 2);
    }

    @Test
    void neverGoesBack() {
        var schedule = Schedule.of(1_000, Duration.ofSeconds(5), 2);
        assertTrue(IntStream.range(1, schedule.size()).allMatch(i -> schedule.due(i) >= schedule.due(i - 1)));
    }

    /** Of exponential distances, 1 − 1/e are shorter than their mean. */
    @Test
    void leavesDistancesToChance() {
        var schedule = Schedule.of(100, Duration.ofSeconds(100), 3);
        double shorter = IntStream.range(1, schedule.size())
                .filter(i -> schedule.due(i) - schedule.due(i - 1) < 10_000_000)
                .count();
        assertEquals(1 - 1 / Math.E, shorter / schedule.size(), 0.02);
    }

    @Test
    void isTheSameForTheSameSeed() {
        var one = Schedule.of(10, Duration.ofSeconds(10), 4);
        assertEquals(one.last(), Schedule.of(10, Duration.ofSeconds(10), 4).last());
        assertNotEquals(one.last(), Schedule.of(10, Duration.ofSeconds(10), 5).last());
    }
}
