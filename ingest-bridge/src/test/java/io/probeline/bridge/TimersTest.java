package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimersTest {
    private final Timers timers = new Timers();
    private final List<String> ran = new ArrayList<>();

    @Test
    void whatIsDueRunsInTheOrderOfItsTime() {
        timers.add(20, () -> ran.add("second"));
        timers.add(10, () -> ran.add("first"));
        timers.add(20, () -> ran.add("third"));
        timers.add(31, () -> ran.add("not yet"));
        timers.run(at(30));
        assertEquals(List.of("first", "second", "third"), ran);
        assertEquals(31, timers.next());
    }

    /** Such a task once kept every heartbeat and every second from its turn. */
    @Test
    void aTaskThatAlwaysAddsItselfForThePastKeepsNobodyWaiting() {
        timers.add(1, this::again);
        timers.add(10, () -> ran.add("another"));
        timers.run(at(30));
        timers.run(at(30));
        assertEquals(List.of("again", "another", "again"), ran);
    }

    private void again() {
        ran.add("again");
        timers.add(1, this::again);
    }

    private static Moment at(long nanos) {
        return new Moment(nanos, Instant.EPOCH);
    }
}
