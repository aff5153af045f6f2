package io.probeline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CountsTest {
    private static final Counts BEFORE = Counts.of("""
            # HELP requests_seconds how long
            # TYPE requests_seconds summary
            requests_seconds_count{route="a",service="s"} 10
            requests_seconds_sum{route="a",service="s"} 1.0
            done_total{outcome="ok",service="s"} 5.0
            """);
    private static final Counts AFTER = Counts.of("""
            requests_seconds_count{route="a",service="s"} 30
            requests_seconds_sum{route="a",service="s"} 1.5
            requests_seconds_count{route="b",service="s"} 1
            requests_seconds_sum{route="b",service="s"} 100
            done_total{outcome="ok",service="s"} 7.0
            done_total{outcome="no",service="s"} 1.0E2
            """);

    @Test
    void addsUpTheLabelsThatWereNotAskedFor() {
        assertEquals(102, AFTER.since(BEFORE, "done_total"));
        assertEquals(2, AFTER.since(BEFORE, "done_total{outcome=\"ok\""));
    }

    @Test
    void takesTheMeanOfWhatWasTimedSince() {
        assertEquals(25, AFTER.meanSince(BEFORE, "requests", "{route=\"a\""));
    }
}
