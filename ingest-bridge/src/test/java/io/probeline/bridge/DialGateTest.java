package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DialGateTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Deque<Runnable> turns = new ArrayDeque<>();
    private final DialGate gate = new DialGate(turns::add, metrics);
    private final List<Integer> dialling = new ArrayList<>();

    @Test
    void someDialAndTheOthersFollowInTheirOrder() {
        enter(0, DialGate.MOST + 100);
        assertEquals(DialGate.MOST, dialling.size());
        assertEquals(100, waiting());
        for (int i = 0; i < 40; i++) {
            gate.left();
        }
        run();
        assertEquals(IntStream.range(0, DialGate.MOST + 40).boxed().toList(), dialling);
        assertEquals(60, waiting());
        assertEquals(DialGate.MOST, underWay());
    }

    /** Its try was given up while it waited. */
    @Test
    void whoDoesNotWantItAnyMoreTakesNoPlace() {
        enter(0, DialGate.MOST);
        for (int i = 0; i < 50; i++) {
            gate.enter(() -> false);
        }
        enter(DialGate.MOST, 1);
        gate.left();
        run();
        assertEquals(DialGate.MOST, dialling.getLast());
        assertEquals(0, waiting());
    }

    /** No socket is to be had, say: thousands of those must not be begun one within the other. */
    @Test
    void whoFailsAtOnceLeavesItsPlaceToTheNext() {
        for (int i = 0; i < 10_000; i++) {
            gate.enter(() -> {
                gate.left();
                return true;
            });
        }
        run();
        assertEquals(0, underWay());
        assertEquals(0, waiting());
    }

    private void enter(int from, int count) {
        IntStream.range(from, from + count).forEach(number -> gate.enter(() -> dialling.add(number)));
    }

    private void run() {
        while (!turns.isEmpty()) {
            turns.remove().run();
        }
    }

    private double waiting() {
        return metrics.get("probeline_bridge_dials_waiting").gauge().value();
    }

    private double underWay() {
        return metrics.get("probeline_bridge_dials_under_way").gauge().value();
    }
}
