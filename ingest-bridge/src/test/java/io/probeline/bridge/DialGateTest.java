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
    void someDialAndTheOthersFollowTheLastFirst() {
        enter(0, DialGate.MOST + 100);
        assertEquals(DialGate.MOST, dialling.size());
        assertEquals(100, waiting());
        for (int i = 0; i < 40; i++) {
            gate.left(false);
        }
        run();
        var last = DialGate.MOST + 99;
        assertEquals(IntStream.range(0, DialGate.MOST).boxed().toList(), dialling.subList(0, DialGate.MOST));
        assertEquals(
                IntStream.range(0, 40).mapToObj(i -> last - i).toList(),
                dialling.subList(DialGate.MOST, dialling.size()));
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
        gate.left(false);
        run();
        assertEquals(DialGate.MOST, dialling.getLast());
        leave(1, false);
        assertEquals(0, waiting());
    }

    /** No socket is to be had, say: thousands of those must not be begun one within the other. */
    @Test
    void whoFailsAtOnceLeavesItsPlaceToTheNext() {
        for (int i = 0; i < 10_000; i++) {
            gate.enter(() -> {
                gate.left(false);
                return true;
            });
        }
        run();
        assertEquals(0, underWay());
        assertEquals(0, waiting());
    }

    /** A line whose try was given up while it waited comes with its next one. */
    @Test
    void whoComesAgainWaitsOnceAndAsTheLast() {
        enter(0, DialGate.MOST);
        DialGate.Turn again = () -> dialling.add(-1);
        gate.enter(again);
        enter(DialGate.MOST, 5);
        gate.enter(again);
        assertEquals(6, waiting());
        leave(1, false);
        assertEquals(-1, dialling.getLast());
        assertEquals(5, waiting());
    }

    @Test
    void fewerAreLetInWhereManyAreLateAndMoreAgainWhereTheyAreNot() {
        enter(0, 100_000);
        assertEquals(DialGate.MOST, allowed());
        leave(DialGate.MOST, true);
        assertEquals(DialGate.MOST / 2, allowed());
        leave(1_024, true);
        assertEquals(DialGate.LEAST, allowed());
        assertEquals(DialGate.LEAST, underWay());
        leave(DialGate.LEAST, false);
        assertEquals(DialGate.LEAST * 9 / 8, allowed());
        leave(10_000, false);
        assertEquals(DialGate.MOST, allowed());
        assertEquals(DialGate.MOST, underWay());
    }

    /** A tenth of the devices is switched off. */
    @Test
    void aFewThatAreLateMakeTheOthersNotWait() {
        enter(0, 100_000);
        for (int i = 0; i < 1_000; i++) {
            leave(9, false);
            leave(1, true);
        }
        assertEquals(DialGate.MOST, allowed());
    }

    private void leave(int count, boolean tooLate) {
        for (int i = 0; i < count; i++) {
            gate.left(tooLate);
            run();
        }
    }

    private double allowed() {
        return metrics.get("probeline_bridge_dials_allowed").gauge().value();
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
