package io.probeline.bridge;

import java.util.ArrayDeque;
import java.util.PriorityQueue;

/** What is to be done at a time, on the clock that never falls. For one thread. */
final class Timers {
    /** Due first, first served. */
    private record Timer(long due, long number, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byDue = Long.compare(due - other.due, 0);
            return byDue != 0 ? byDue : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private long numbers;

    void add(long due, Runnable task) {
        timers.add(new Timer(due, numbers++, task));
    }

    /** When the next is due; {@link Moment#NEVER} when there is none. */
    long next() {
        var first = timers.peek();
        return first == null ? Moment.NEVER : first.due();
    }

    /** Does what is due. What is added meanwhile has its turn the next time, however long ago it was due, or it could keep others waiting for ever. */
    void run(Moment now) {
        var turn = new ArrayDeque<Timer>();
        while (!timers.isEmpty() && now.reached(timers.peek().due())) {
            turn.add(timers.remove());
        }
        turn.forEach(timer -> timer.task().run());
    }
}
