package io.probeline.processor;

import io.probeline.schemas.MetricRule;
import java.util.OptionalDouble;

/** How fast a metric rises and falls. Only metrics whose rule asks for it have one. */
final class Trends {
    private final Recent recent;
    private final Grade rise;
    private final Grade fall;
    private OptionalDouble risen = OptionalDouble.empty();
    private OptionalDouble fallen = OptionalDouble.empty();

    Trends() {
        this(new Recent(), new Grade(), new Grade());
    }

    Trends(Recent recent, Grade rise, Grade fall) {
        this.recent = recent;
        this.rise = rise;
        this.fall = fall;
    }

    void observe(MetricRule rule, double value, long windowStart) {
        long longest = rule.trends().stream()
                .mapToLong(trend -> trend.within().toMillis())
                .max()
                .orElse(0);
        recent.forget(windowStart - longest);
        risen = recent.rise(value, since(Gauge.RISE, rule, windowStart));
        fallen = recent.fall(value, since(Gauge.FALL, rule, windowStart));
        rise.observe(Gauge.RISE, rule, risen, windowStart);
        fall.observe(Gauge.FALL, rule, fallen, windowStart);
        recent.add(windowStart, value);
    }

    Grade rise() {
        return rise;
    }

    Grade fall() {
        return fall;
    }

    /** How far it rose or fell with the window that was observed last, where that is known. */
    OptionalDouble amount(Gauge gauge) {
        return switch (gauge) {
            case VALUE -> OptionalDouble.empty();
            case RISE -> risen;
            case FALL -> fallen;
        };
    }

    Recent recent() {
        return recent;
    }

    private static long since(Gauge gauge, MetricRule rule, long windowStart) {
        return windowStart - gauge.within(rule).map(within -> within.toMillis()).orElse(0L);
    }
}
