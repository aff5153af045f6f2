package io.probeline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WindowsTest {
    private static final Instant ROUND = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void endsAreThoseOfBothLengthsInTheirOrder() {
        var ends = Stream.iterate(Windows.nextEnd(ROUND), Windows::nextEnd).limit(8);
        assertEquals(
                List.of(2L, 4L, 5L, 6L, 8L, 10L, 12L, 14L),
                ends.map(end -> Duration.between(ROUND, end).toSeconds()).toList());
    }

    @Test
    void nextIsAfterThatVeryTime() {
        assertEquals(ROUND, Windows.nextEnd(ROUND.minusMillis(1)));
        assertEquals(ROUND.plusSeconds(2), Windows.nextEnd(ROUND));
        assertEquals(ROUND.plusSeconds(2), Windows.nextEnd(ROUND.plusNanos(999_999)));
    }

    /** What the rules may ask for is what there is. */
    @Test
    void lengthsAreThoseOfTheRules() throws IOException {
        var lengths = new ArrayList<Duration>();
        try (var schema = Objects.requireNonNull(WindowsTest.class.getResourceAsStream("metrics.schema.json"))) {
            new ObjectMapper()
                    .readTree(schema)
                    .findValue("window")
                    .path("enum")
                    .forEach(length -> lengths.add(Durations.parse(length.asText())));
        }
        assertEquals(List.of(Windows.FAST, Windows.SLOW), lengths);
    }
}
