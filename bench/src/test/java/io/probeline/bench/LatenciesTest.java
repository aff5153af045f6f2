package io.probeline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    private static final long MILLI = 1_000_000;

    @Test
    void takesValuesThatWereSeenWhateverTheirOrder() {
        var nanos = LongStream.rangeClosed(1, 100)
                .map(i -> (101 - i) * MILLI)
                .boxed()
                .toList();
        assertEquals(new Latencies(50, 95, 99, 100, 100, 3), Latencies.of(nanos, 3));
    }

    @Test
    void hasTheOneValueThatThereIs() {
        assertEquals(new Latencies(7, 7, 7, 7, 1, 0), Latencies.of(List.of(7 * MILLI), 0));
    }

    @Test
    void hasNoNumberWhereNothingCame() {
        var nothing = Latencies.of(List.of(), 5);
        assertEquals(Double.NaN, nothing.p99());
        assertEquals(5, nothing.errors());
    }

    @Test
    void takesTheMiddleRoundOfEachPercentileAndAddsUpCounts() {
        var rounds = List.of(
                new Latencies(1, 20, 300, 1_000, 10, 0),
                new Latencies(3, 10, 100, 3_000, 10, 1),
                new Latencies(2, 30, 200, 2_000, 10, 2));
        assertEquals(new Latencies(2, 20, 200, 2_000, 30, 3), Latencies.medianOf(rounds));
    }

    /** The better of two would be a choice in our own favour. */
    @Test
    void takesTheWorseOfTheTwoInTheMiddle() {
        var rounds = List.of(new Latencies(1, 1, 1, 1, 1, 0), new Latencies(2, 2, 2, 2, 1, 0));
        assertEquals(2, Latencies.medianOf(rounds).p50());
    }
}
