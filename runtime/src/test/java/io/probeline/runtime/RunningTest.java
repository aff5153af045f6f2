package io.probeline.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningTest {
    private final List<String> closed = new ArrayList<>();

    private AutoCloseable part(String name) {
        return () -> closed.add(name);
    }

    @Test
    void closesInReverseAndThenEnds() {
        var running = Running.of(owned -> {
            owned.add(part("first"));
            owned.add(part("second"));
        });
        running.close();
        assertEquals(List.of("second", "first"), closed);
        assertTrue(running.end().isDone() && !running.end().isCompletedExceptionally());
    }

    @Test
    void closesWhatHadStartedWhenALaterPartCannot() {
        var failed = assertThrows(
                Running.StartFailed.class,
                () -> Running.of(owned -> {
                    owned.add(part("first"));
                    throw new IOException("no disk");
                }));
        assertEquals("no disk", failed.getMessage());
        assertEquals(List.of("first"), closed);
    }

    @Test
    void onePartThatDoesNotCloseHoldsNoOtherUp() {
        Running.of(owned -> {
                    owned.add(part("first"));
                    owned.add((AutoCloseable) () -> {
                        throw new IOException("stuck");
                    });
                })
                .close();
        assertEquals(List.of("first"), closed);
    }

    @Test
    void endsWithTheFailureOfAPart() {
        var running = Running.of(owned -> owned.fail(new IllegalStateException("fenced")));
        assertTrue(running.end().isCompletedExceptionally());
    }
}
