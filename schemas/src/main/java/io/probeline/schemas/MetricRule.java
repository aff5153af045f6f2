package io.probeline.schemas;

import java.time.Duration;
import java.util.Optional;

/**
 * What the rules say of one metric.
 *
 * @param window length of the windows that it is judged by
 * @param unit as it is said, empty where there is none
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
        Optional<String> suggests,
        String message) {

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
