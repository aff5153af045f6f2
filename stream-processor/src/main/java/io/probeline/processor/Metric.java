package io.probeline.processor;

import io.probeline.record.Level;
import io.probeline.record.MetricAggregate;
import io.probeline.schemas.MetricRule;
import io.probeline.schemas.MetricRule.FlapBudget;
import io.probeline.schemas.MetricRule.Kind;
import io.probeline.schemas.MetricRules;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** One metric of one session: its open window, its total, what of it has not been said yet, and its alert. */
final class Metric {
    private final String name;
    private MetricRule rule;
    private long length;

    /** Whether its window has another length than the one before, and so began before its values were counted in it. */
    private boolean partial;

    private final Tally open;
    private final Sketch sketch;
    private final Tally total;
    private final Tally unsaid;
    private final AlertTracker alert;

    Metric(String name, MetricRule rule) {
        this(
                name,
                rule,
                rule.window().toMillis(),
                new Tally(),
                new Sketch(),
                new Tally(),
                new Tally(),
                new AlertTracker());
    }

    Metric(
            String name,
            MetricRule rule,
            long length,
            Tally open,
            Sketch sketch,
            Tally total,
            Tally unsaid,
            AlertTracker alert) {
        this.name = name;
        this.rule = rule;
        this.length = length;
        this.open = open;
        this.sketch = sketch;
        this.total = total;
        this.unsaid = unsaid;
        this.alert = alert;
    }

    String name() {
        return name;
    }

    MetricRule rule() {
        return rule;
    }

    /** Length of the window that its values fall into now. */
    long length() {
        return length;
    }

    boolean within(Window window) {
        return length == window.length();
    }

    void add(double value) {
        open.add(value);
        sketch.add(value);
    }

    Tally open() {
        return open;
    }

    /** Of the open window. */
    Sketch sketch() {
        return sketch;
    }

    Tally total() {
        return total;
    }

    Tally unsaid() {
        return unsaid;
    }

    AlertTracker alert() {
        return alert;
    }

    /** In words, what is wrong while it is. */
    String message() {
        var message = alert.by().message(rule);
        var more = alert.flapping() ? rule.flaps().map(FlapBudget::message) : Optional.<String>empty();
        return more.map(flapping -> message + " " + flapping).orElse(message);
    }

    /**
     * Holds the window that ends against the rule. Where no value came nothing is known, and nothing changes; but a counter that is not
     * named in frames that did come counted nothing, unless it was counted for a part of the window alone.
     */
    AlertTracker.Change judge(long windowStart, boolean framesCame) {
        var observed = observed(framesCame);
        return observed.isEmpty() ? AlertTracker.Change.NONE : alert.observe(rule, observed.getAsDouble(), windowStart);
    }

    /** The open window, with its quantiles. */
    MetricAggregate window() {
        return open.aggregate(rule.unit(), level(), sketch.bytes());
    }

    MetricAggregate aggregate(Tally tally) {
        return tally.aggregate(rule.unit(), level(), null);
    }

    Level level() {
        return alert.level();
    }

    /** The window is over. Rules may have changed; a new window length holds from the next window on, so that no value is counted twice. */
    void next(MetricRules rules, TranscriptPolicy policy) {
        if (policy == TranscriptPolicy.ON_BREACH) {
            unsaid.clear();
        }
        unsaid.merge(open);
        total.merge(open);
        open.clear();
        sketch.clear();
        var next = rules.rule(name);
        // A reference that is written again for nothing has the collector go through its surroundings again.
        if (!Objects.equals(next, rule)) {
            rule = next;
        }
        partial = length != rule.window().toMillis();
        length = rule.window().toMillis();
    }

    private OptionalDouble observed(boolean framesCame) {
        if (rule.kind() == Kind.COUNTER) {
            return framesCame && !partial ? OptionalDouble.of(open.sum()) : OptionalDouble.empty();
        }
        return open.empty() ? OptionalDouble.empty() : OptionalDouble.of(open.avg());
    }
}
