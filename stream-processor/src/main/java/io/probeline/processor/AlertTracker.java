package io.probeline.processor;

import io.probeline.record.Level;
import io.probeline.schemas.MetricRule;

/** The level of one metric, window by window. A metric has one alert at most, from the first level above OK until it is OK again. */
final class AlertTracker {
    /** What a window did to the level. */
    enum Change {
        NONE,
        RAISED,
        LEVEL,
        CLEARED
    }

    private final Latch warn;
    private final Latch critical;
    private Level level;
    private Level highest;
    private long since;

    AlertTracker() {
        this(new Latch(), new Latch(), Level.OK, Level.OK, 0);
    }

    AlertTracker(Latch warn, Latch critical, Level level, Level highest, long since) {
        this.warn = warn;
        this.critical = critical;
        this.level = level;
        this.highest = highest;
        this.since = since;
    }

    Change observe(MetricRule rule, double value, long windowStart) {
        warn.observe(rule.warn(), value, windowStart);
        critical.observe(rule.critical(), value, windowStart);
        var before = level;
        level = critical.on() ? Level.CRITICAL : warn.on() ? Level.WARN : Level.OK;
        if (level == before) {
            return Change.NONE;
        }
        if (before == Level.OK) {
            highest = level;
            since = begun();
            return Change.RAISED;
        }
        highest = level.compareTo(highest) > 0 ? level : highest;
        return level == Level.OK ? Change.CLEARED : Change.LEVEL;
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

    Latch warn() {
        return warn;
    }

    Latch critical() {
        return critical;
    }

    /** Both may come on with one window, having begun to count at different ones. */
    private long begun() {
        if (warn.on() && critical.on()) {
            return Math.min(warn.since(), critical.since());
        }
        return critical.on() ? critical.since() : warn.since();
    }
}
