package io.probeline.processor;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.OptionalDouble;

/** A metric's windows of the last minute at most, to hold the next one against. */
final class Recent {
    /** A minute of the shortest windows. */
    private static final int MOST = 30;

    /** What a window was judged by. */
    record Point(long windowStart, double value) {}

    private final Deque<Point> points = new ArrayDeque<>();

    /** The oldest goes where there are too many. */
    void add(long windowStart, double value) {
        if (points.size() == MOST) {
            points.removeFirst();
        }
        points.addLast(new Point(windowStart, value));
    }

    /** How far the value is above the lowest since then; nothing where nothing is known of that time. */
    OptionalDouble rise(double value, long since) {
        var lowest = points.stream()
                .filter(point -> point.windowStart() >= since)
                .mapToDouble(Point::value)
                .min();
        return lowest.isPresent() ? OptionalDouble.of(value - lowest.getAsDouble()) : OptionalDouble.empty();
    }

    /** How far the value is below the highest since then. */
    OptionalDouble fall(double value, long since) {
        var highest = points.stream()
                .filter(point -> point.windowStart() >= since)
                .mapToDouble(Point::value)
                .max();
        return highest.isPresent() ? OptionalDouble.of(highest.getAsDouble() - value) : OptionalDouble.empty();
    }

    void forget(long before) {
        while (!points.isEmpty() && points.getFirst().windowStart() < before) {
            points.removeFirst();
        }
    }

    Collection<Point> points() {
        return Collections.unmodifiableCollection(points);
    }
}
