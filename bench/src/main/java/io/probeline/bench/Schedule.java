package io.probeline.bench;

import java.time.Duration;
import java.util.Random;

/**
 * When requests are due, in nanoseconds from the beginning: many callers who know nothing of each other, so the times between two of them are exponential. It is
 * drawn beforehand, so that an answer that is late never holds the next request back.
 */
final class Schedule {
    private final long[] due;

    private Schedule(long[] due) {
        this.due = due;
    }

    static Schedule of(int perSecond, Duration length, long seed) {
        var random = new Random(seed);
        var due = new long[Math.toIntExact(perSecond * length.toSeconds())];
        double at = 0;
        for (int i = 0; i < due.length; i++) {
            at += -Math.log(1 - random.nextDouble());
            due[i] = (long) (at * 1e9 / perSecond);
        }
        return new Schedule(due);
    }

    int size() {
        return due.length;
    }

    long due(int request) {
        return due[request];
    }

    long last() {
        return due[due.length - 1];
    }
}
