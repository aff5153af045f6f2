package io.probeline.processor;

import io.probeline.processor.AlertTracker.Change;
import io.probeline.record.AggregateKind;
import io.probeline.record.AlertState;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Telemetry;
import io.probeline.schemas.MetricRules;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One session's telemetry so far: records in, findings out. Only its own records move its windows, by their time of receipt, so no other
 * device's clock does, and the topic alone determines every finding. Owned by one stream thread at a time.
 */
final class Interaction {
    /** The windows of critical metrics, and of all others (rules file, {@code window}). */
    static final long FAST = 2_000;

    static final long SLOW = 5_000;

    /** The device protocol lets a frame have as many; here it bounds what a session can make us hold. */
    static final int MOST_METRICS = 64;

    /** What became of a record. */
    enum Verdict {
        TAKEN,
        AFTER_END,
        OUT_OF_TIME
    }

    private final Subject subject;
    private final long firstAt;
    private long lastAt;
    private boolean ended;
    private int crowded;
    private final Pulse pulse = new Pulse();
    private final Window fast;
    private final Window slow;
    private final Counts total;
    private final Script script;
    private final Map<String, Metric> metrics;

    /** Begins with its first record, which is still to be {@linkplain #accept accepted}. */
    static Interaction begin(Telemetry record) {
        long at = record.getReceivedAt().toEpochMilli();
        return new Interaction(
                new Subject(record.getInteractionId(), record.getSessionId(), record.getDeviceId()),
                at,
                at,
                false,
                new Window(FAST, at),
                new Window(SLOW, at),
                new Counts(),
                new Script(),
                new LinkedHashMap<>());
    }

    Interaction(
            Subject subject,
            long firstAt,
            long lastAt,
            boolean ended,
            Window fast,
            Window slow,
            Counts total,
            Script script,
            Map<String, Metric> metrics) {
        this.subject = subject;
        this.firstAt = firstAt;
        this.lastAt = lastAt;
        this.ended = ended;
        this.fast = fast;
        this.slow = slow;
        this.total = total;
        this.script = script;
        this.metrics = metrics;
    }

    Verdict accept(Telemetry record, Terms terms, Findings findings) {
        if (ended) {
            return Verdict.AFTER_END;
        }
        long at = record.getReceivedAt().toEpochMilli();
        boolean near = Math.abs(at - lastAt) <= terms.longestGap().toMillis();
        switch (record.getKind()) {
            case FRAME, TICK -> {
                if (!near) {
                    return Verdict.OUT_OF_TIME;
                }
                advance(at, terms, findings);
                count(record, at, terms.rules());
            }
            // An end with a time that can't be is still the end.
            case END -> end(near ? Math.max(at, lastAt) : lastAt, terms, findings);
        }
        return Verdict.TAKEN;
    }

    Subject subject() {
        return subject;
    }

    boolean ended() {
        return ended;
    }

    /** Time of receipt of its first record. */
    long firstAt() {
        return firstAt;
    }

    /** Latest time of receipt; of one that has ended, its end. */
    long lastAt() {
        return lastAt;
    }

    Window fast() {
        return fast;
    }

    Window slow() {
        return slow;
    }

    Counts total() {
        return total;
    }

    Script script() {
        return script;
    }

    Map<String, Metric> metrics() {
        return metrics;
    }

    /** Not part of the state: no finding depends on it. */
    Pulse pulse() {
        return pulse;
    }

    /** How many values found no place since this was asked last, because of {@link #MOST_METRICS}. */
    int takeCrowded() {
        int taken = crowded;
        crowded = 0;
        return taken;
    }

    private void count(Telemetry record, long at, MetricRules rules) {
        lastAt = Math.max(lastAt, at);
        fast.counts().missed(record.getLost(), record.getDuplicates());
        slow.counts().missed(record.getLost(), record.getDuplicates());
        switch (record.getKind()) {
            case FRAME -> {
                count(record, at, fast);
                count(record, at, slow);
                values(record, at, rules);
            }
            case TICK, END -> {}
        }
    }

    private static void count(Telemetry record, long at, Window window) {
        if (window.late(at)) {
            window.counts().late();
            return;
        }
        window.counts().received();
        record.getDeviceTime().ifPresent(time -> Skew.of(time, at).ifPresent(window.counts()::skew));
    }

    private void values(Telemetry record, long at, MetricRules rules) {
        for (var entry : record.getMetrics().entrySet()) {
            var metric = metric(entry.getKey(), rules);
            if (metric == null) {
                crowded++;
            } else if (!window(metric).late(at)) {
                metric.open().add(entry.getValue());
            }
        }
    }

    private @Nullable Metric metric(String name, MetricRules rules) {
        var known = metrics.get(name);
        if (known != null || metrics.size() >= MOST_METRICS) {
            return known;
        }
        var made = new Metric(name, rules.rule(name));
        metrics.put(name, made);
        return made;
    }

    private Window window(Metric metric) {
        return metric.length() == FAST ? fast : slow;
    }

    /** Closes every window that ends by then, in the order of their ends; of two that end together, the short one first. */
    private void advance(long at, Terms terms, Findings findings) {
        while (true) {
            var first = fast.end() <= slow.end() ? fast : slow;
            if (first.end() > at) {
                return;
            }
            close(first, first.end(), terms, findings);
        }
    }

    private void end(long at, Terms terms, Findings findings) {
        advance(at, terms, findings);
        lastAt = at;
        closeRest(fast, at, terms, findings);
        closeRest(slow, at, terms, findings);
        if (script.windows() > 0) {
            say(at, findings);
        }
        findings.aggregate(subject.aggregate(AggregateKind.TOTAL, firstAt, at, total, total.expectedCount(), totals()));
        metrics.values().stream()
                .filter(metric -> metric.alert().raised())
                .forEach(metric -> findings.alert(subject.alert(metric, AlertState.CLEARED, at)));
        long windows = fast.closed() + slow.closed();
        findings.line(subject.ended(firstAt, at, (int) Math.min(windows, Integer.MAX_VALUE), total, totals()));
        ended = true;
        metrics.clear();
    }

    private void closeRest(Window window, long at, Terms terms, Findings findings) {
        if (at > window.from() || !window.counts().nothing()) {
            close(window, at, terms, findings);
        }
    }

    private void close(Window window, long until, Terms terms, Findings findings) {
        long expected = window.expected(terms.rules().framesPerSecond(), until);
        boolean framesCame = window.counts().receivedCount() > 0;
        var changes = new LinkedHashMap<Metric, Change>();
        for (var metric : metrics.values()) {
            if (metric.length() == window.length()) {
                changes.put(metric, metric.judge(window.start(), framesCame));
            }
        }
        findings.aggregate(subject.aggregate(
                AggregateKind.WINDOW,
                window.start(),
                window.end(),
                window.counts(),
                expected,
                said(metric -> changes.containsKey(metric) ? metric.open() : new Tally())));
        changes.values().removeIf(Change.NONE::equals);
        changes.forEach((metric, change) -> alert(metric, change, window.end(), findings));
        if (window == slow) {
            total.merge(window.counts(), expected);
        }
        metrics.values().stream()
                .filter(metric -> metric.length() == window.length())
                .forEach(metric -> metric.next(terms.rules(), terms.policy()));
        cover(window, expected, until, terms.policy(), findings);
        window.next();
    }

    private void alert(Metric metric, Change change, long at, Findings findings) {
        var state = change == Change.CLEARED ? AlertState.CLEARED : AlertState.RAISED;
        findings.alert(subject.alert(metric, state, at));
        script.remark(Script.Remark.of(change, metric));
    }

    private void cover(Window window, long expected, long until, TranscriptPolicy policy, Findings findings) {
        switch (policy) {
            case EVERY_WINDOW -> {
                script.cover(window, expected, window == slow);
                if (window == slow) {
                    say(until, findings);
                    metrics.values().forEach(metric -> metric.unsaid().clear());
                }
            }
            case ON_BREACH -> {
                script.cover(window, expected, true);
                boolean first =
                        !script.begun() && window == slow && window.counts().receivedCount() > 0;
                if (first || script.remark() != null) {
                    say(until, findings);
                }
                script.clear();
            }
        }
    }

    private void say(long until, Findings findings) {
        findings.line(subject.update(script, until, said(Metric::unsaid)));
        script.next();
    }

    private Map<String, MetricAggregate> totals() {
        return said(Metric::total);
    }

    /** By name, so that equal findings are equal bytes. */
    private Map<String, MetricAggregate> said(Function<Metric, Tally> part) {
        var said = new TreeMap<String, MetricAggregate>();
        for (var metric : metrics.values()) {
            var tally = part.apply(metric);
            if (!tally.empty()) {
                said.put(metric.name(), metric.aggregate(tally));
            }
        }
        return said;
    }
}
