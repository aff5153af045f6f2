package io.probeline.processor;

import io.probeline.schemas.MetricRule;
import io.probeline.schemas.MetricRule.Direction;
import io.probeline.schemas.MetricRule.Threshold;
import io.probeline.schemas.MetricRule.Trend;
import java.time.Duration;
import java.util.Optional;

/** What of a metric's window is held against thresholds: its value, or how far it rose or fell of late. */
enum Gauge {
    VALUE,
    RISE,
    FALL;

    Optional<Threshold> warn(MetricRule rule) {
        return this == VALUE ? rule.warn() : trend(rule).flatMap(Trend::warn);
    }

    Optional<Threshold> critical(MetricRule rule) {
        return this == VALUE ? rule.critical() : trend(rule).flatMap(Trend::critical);
    }

    String message(MetricRule rule) {
        return trend(rule).map(Trend::message).orElse(rule.message());
    }

    /** Over which time, where it is no value. */
    Optional<Duration> within(MetricRule rule) {
        return trend(rule).map(Trend::within);
    }

    private Optional<Trend> trend(MetricRule rule) {
        return switch (this) {
            case VALUE -> Optional.empty();
            case RISE -> rule.trend(Direction.RISE);
            case FALL -> rule.trend(Direction.FALL);
        };
    }
}
