package io.probeline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TelemetryLoadTest {
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    @Test
    void theSameSeedGivesTheSameRecords() {
        var one = new TelemetryLoad(1_000, 10, START, 1);
        var other = new TelemetryLoad(1_000, 10, START, 1);
        for (long index = 0; index < 1_000; index++) {
            assertEquals(one.record(index), other.record(index));
        }
        assertFalse(one.record(0).equals(new TelemetryLoad(1_000, 10, START, 2).record(0)));
    }

    @Test
    void eachSessionIsHeardTenTimesASecondAndTimeNeverFalls() {
        var load = new TelemetryLoad(1_000, 10, START, 1);
        var before = Instant.MIN;
        for (long index = 0; index < 1_000; index++) {
            var at = load.record(index).getReceivedAt();
            assertFalse(at.isBefore(before));
            before = at;
        }
        var first = load.record(3);
        var next = load.record(13);
        assertEquals(first.getInteractionId(), next.getInteractionId());
        assertEquals(Duration.ofMillis(100), Duration.between(first.getReceivedAt(), next.getReceivedAt()));
    }

    @Test
    void everySessionHasARecordAtTheEndOfWhatIsWhole() {
        // The last session has one record less than the others.
        var load = new TelemetryLoad(999, 10, START, 1);
        for (long index = 980; index < 990; index++) {
            assertFalse(load.record(index).getReceivedAt().isBefore(load.wholeUntil()));
        }
    }

    @Test
    void aBacklogEndsAMinuteAgoAndBeginsWithAWindow() {
        var load = TelemetryLoad.endedBefore(START.plusSeconds(7), 3_000, 10, 1);
        assertEquals(0, load.record(0).getReceivedAt().getEpochSecond() % 10);
        assertTrue(load.record(2_999).getReceivedAt().isBefore(START.minusSeconds(50)));
    }
}
