package io.probeline.schemas;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the rules say of one metric.
 *
 * @param window length of the windows that it is judged by
 * @param unit as it is said, empty where there is none
 * @param trends how fast it may rise or fall, each direction once at most
 * @param flaps how often its alert may come and go, or nothing where each time is told
 * @param suggests the command that helps when it is bad
 */
public record MetricRule(
        String metric,
        String title,
        Kind kind,
        String unit,
        Duration window,
        Optional<Threshold> warn,
        Optional<Threshold> critical,
        List<Trend> trends,
        Optional<FlapBudget> flaps,
        Optional<String> suggests,
        String message) {

    /** The rule for one direction, where there is one. */
    public Optional<Trend> trend(Direction direction) {
        return trends.stream().filter(trend -> trend.direction() == direction).findFirst();
    }

    /** CONTINUOUS is judged by its mean, COUNTER by its sum over the window. */
    public enum Kind {
        CONTINUOUS,
        COUNTER
    }

    /** Which side of a threshold is bad. */
    public enum Side {
        BELOW,
        ABOVE,
        FROM
    }

    /** Which way a value moves. */
    public enum Direction {
        RISE,
        FALL
    }

    /**
     * Thresholds for how far a window's value is above the lowest, or below the highest, of the windows shortly before it.
     *
     * @param within how long before, from window start to window start
     */
    public record Trend(
            Direction direction,
            Duration within,
            Optional<Threshold> warn,
            Optional<Threshold> critical,
            String message) {}

    /**
     * When this many rises of level have been told within the time, a fall is told only after it has been lower for as long as {@code quiet}.
     *
     * @param message what is said besides, while that is so
     */
    public record FlapBudget(int raises, Duration within, Duration quiet, String message) {}

    /**
     * A line that a window's value may cross.
     *
     * @param hysteresis how far back over the line a value must come before the breach is over, in the metric's unit
     * @param dwell how many windows in a row must breach before it counts
     */
    public record Threshold(Side side, double value, double hysteresis, int dwell) {
        /** On the bad side. */
        public boolean breached(double observed) {
            return switch (side) {
                case BELOW -> observed < value;
                case ABOVE -> observed > value;
                case FROM -> observed >= value;
            };
        }

        /** Far enough on the good side. */
        public boolean recovered(double observed) {
            return switch (side) {
                case BELOW -> observed >= value + hysteresis;
                case ABOVE -> observed <= value - hysteresis;
                case FROM -> observed < value - hysteresis;
            };
        }
    }
}
