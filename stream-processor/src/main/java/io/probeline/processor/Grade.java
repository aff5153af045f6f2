package io.probeline.processor;

import io.probeline.record.Level;
import io.probeline.schemas.MetricRule;
import io.probeline.schemas.MetricRule.Threshold;
import java.util.Optional;
import java.util.OptionalDouble;

/** How bad one gauge of a metric is: both of its thresholds. */
final class Grade {
    private final Latch warn;
    private final Latch critical;

    Grade() {
        this(new Latch(), new Latch());
    }

    Grade(Latch warn, Latch critical) {
        this.warn = warn;
        this.critical = critical;
    }

    /** @param amount nothing where it is not known in this window: then all stays as it was, but for thresholds that are no more */
    void observe(Gauge gauge, MetricRule rule, OptionalDouble amount, long windowStart) {
        observe(warn, gauge.warn(rule), amount, windowStart);
        observe(critical, gauge.critical(rule), amount, windowStart);
    }

    Level level() {
        return critical.on() ? Level.CRITICAL : warn.on() ? Level.WARN : Level.OK;
    }

    /** Start of the first window of the breach; both may come on with one window, having begun to count at different ones. */
    long begun() {
        if (warn.on() && critical.on()) {
            return Math.min(warn.since(), critical.since());
        }
        return critical.on() ? critical.since() : warn.since();
    }

    Latch warn() {
        return warn;
    }

    Latch critical() {
        return critical;
    }

    private static void observe(Latch latch, Optional<Threshold> threshold, OptionalDouble amount, long windowStart) {
        if (threshold.isEmpty() || amount.isPresent()) {
            latch.observe(threshold, amount.orElse(0), windowStart);
        }
    }
}
