package io.probeline.processor;

import io.probeline.record.Level;
import io.probeline.schemas.MetricRule;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The level of one metric, window by window. A metric has one alert at most, from the first level above OK until it is OK again. */
final class AlertTracker {
    /** What a window did to the level. */
    enum Change {
        NONE,
        RAISED,
        LEVEL,
        CLEARED
    }

    /** Of a gauge that the rule does not ask for; nothing is ever observed by it. */
    private static final Grade NONE = new Grade();

    private final Grade value;
    private final Flaps flaps;
    private @Nullable Trends trends;
    private Level level;
    private Level highest;
    private Gauge by;
    private double decided;
    private long since;
    private long clearedAt;
    private boolean flapping;

    AlertTracker() {
        this(new Grade(), new Flaps(), null, Level.OK, Level.OK, Gauge.VALUE, 0, 0, 0);
    }

    AlertTracker(
            Grade value,
            Flaps flaps,
            @Nullable Trends trends,
            Level level,
            Level highest,
            Gauge by,
            double decided,
            long since,
            long clearedAt) {
        this.value = value;
        this.flaps = flaps;
        this.trends = trends;
        this.level = level;
        this.highest = highest;
        this.by = by;
        this.decided = decided;
        this.since = since;
        this.clearedAt = clearedAt;
    }

    Change observe(MetricRule rule, double observed, long windowStart) {
        value.observe(Gauge.VALUE, rule, OptionalDouble.of(observed), windowStart);
        follow(rule, observed, windowStart);
        var worst = worst();
        var before = level;
        var now = flaps.admit(rule.flaps(), before, grade(worst).level(), windowStart);
        if (now != before) {
            level = now;
            by = now == Level.OK ? by : worst;
        }
        decided = by == Gauge.VALUE || trends == null
                ? observed
                : trends.amount(by).orElse(decided);
        flapping = flaps.spent(rule.flaps());
        return change(before, windowStart);
    }

    boolean raised() {
        return level != Level.OK;
    }

    Level level() {
        return level;
    }

    /** The worst level since the alert was raised. */
    Level highest() {
        return highest;
    }

    /** Start of the window in which the breach began. */
    long since() {
        return since;
    }

    /** What gave the level; of an alert that is over, what gave it last. */
    Gauge by() {
        return by;
    }

    /** What that gauge read last. */
    double decided() {
        return decided;
    }

    /** Whether the level came and went so often that it now stands until it is quiet. */
    boolean flapping() {
        return flapping;
    }

    Grade value() {
        return value;
    }

    Flaps flaps() {
        return flaps;
    }

    /** Nothing where the rule asks for none. */
    @Nullable
    Trends trends() {
        return trends;
    }

    /** Start of the window with which the alert before was over: one that follows began there at the earliest. */
    long clearedAt() {
        return clearedAt;
    }

    private void follow(MetricRule rule, double observed, long windowStart) {
        if (rule.trends().isEmpty()) {
            trends = null;
            return;
        }
        if (trends == null) {
            trends = new Trends();
        }
        trends.observe(rule, observed, windowStart);
    }

    private Change change(Level before, long windowStart) {
        if (level == before) {
            return Change.NONE;
        }
        if (before == Level.OK) {
            highest = level;
            since = Math.max(grade(by).begun(), clearedAt);
            return Change.RAISED;
        }
        highest = level.compareTo(highest) > 0 ? level : highest;
        if (level == Level.OK) {
            clearedAt = windowStart;
            return Change.CLEARED;
        }
        return Change.LEVEL;
    }

    /** Of several that are as bad, the first. */
    private Gauge worst() {
        var worst = Gauge.VALUE;
        for (var gauge : Gauge.values()) {
            worst = grade(gauge).level().compareTo(grade(worst).level()) > 0 ? gauge : worst;
        }
        return worst;
    }

    private Grade grade(Gauge gauge) {
        return switch (gauge) {
            case VALUE -> value;
            case RISE -> trends == null ? NONE : trends.rise();
            case FALL -> trends == null ? NONE : trends.fall();
        };
    }
}
