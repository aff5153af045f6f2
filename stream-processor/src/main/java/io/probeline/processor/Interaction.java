package io.probeline.processor;

import io.probeline.processor.AlertTracker.Change;
import io.probeline.record.AggregateKind;
import io.probeline.record.AlertState;
import io.probeline.record.TelemetryKind;
import io.probeline.schemas.MetricRules;
import io.probeline.schemas.Windows;

/**
 * One session's telemetry so far: records in, findings out. Only its own records move its windows, by their time of receipt, so no other
 * device's clock does, and the topic alone determines every finding. Owned by one stream thread at a time.
 */
final class Interaction {
    /** The windows of critical metrics, and of all others (rules file, {@code window}). */
    static final long FAST = Windows.FAST.toMillis();

    static final long SLOW = Windows.SLOW.toMillis();

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
    private final Pulse pulse = new Pulse();
    private final Window fast;
    private final Window slow;
    private final Counts total;
    private final Script script;
    private final MetricSet metrics;

    /** What is not in the windows and metrics yet; whoever looks at those has it counted first. */
    private final Uncounted uncounted = new Uncounted();

    /** When the first of the windows ends, and where the later of them began: what a frame is held against without touching them. */
    private long nextEnd;

    private long lastStart;
    private boolean paced;
    private int crowded;
    /** Here and not in the pulse, since each frame moves it. */
    private long heardAt;

    /** Begins with its first record, which is still to be {@linkplain #accept accepted}. */
    static Interaction begin(TelemetryView record) {
        long at = record.receivedAt();
        return new Interaction(
                record.subject(),
                at,
                at,
                false,
                new Window(FAST, at),
                new Window(SLOW, at),
                new Counts(),
                new Script(),
                new MetricSet());
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
            MetricSet metrics) {
        this.subject = subject;
        this.firstAt = firstAt;
        this.lastAt = lastAt;
        this.ended = ended;
        this.fast = fast;
        this.slow = slow;
        this.total = total;
        this.script = script;
        this.metrics = metrics;
        markBounds();
    }

    Verdict accept(TelemetryView record, Terms terms, Findings findings) {
        if (ended) {
            return Verdict.AFTER_END;
        }
        if (!paced) {
            fast.pace(terms.rules().framesPerSecond());
            slow.pace(terms.rules().framesPerSecond());
            paced = true;
        }
        long at = record.receivedAt();
        boolean near = Math.abs(at - lastAt) <= terms.longestGap().toMillis();
        switch (record.kind()) {
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
        settle();
        return fast;
    }

    Window slow() {
        settle();
        return slow;
    }

    Counts total() {
        return total;
    }

    Script script() {
        return script;
    }

    MetricSet metrics() {
        settle();
        return metrics;
    }

    /** How many values found no place among its metrics since this was asked last. */
    int takeCrowded() {
        int taken = crowded;
        crowded = 0;
        return taken;
    }

    /** Not part of the state: no finding depends on it. */
    Pulse pulse() {
        return pulse;
    }

    /** @param now the time here, as {@link Net} counts it; no part of the state either */
    void heard(long now) {
        heardAt = now;
    }

    /** Before the first record since this instance took over, whose beginning is where it begins to wait. */
    boolean unheard() {
        return heardAt == 0;
    }

    long heardAt() {
        return heardAt;
    }

    private void count(TelemetryView record, long at, MetricRules rules) {
        lastAt = Math.max(lastAt, at);
        if (record.kind() == TelemetryKind.FRAME && at >= lastStart && uncounted.take(record)) {
            if (uncounted.full()) {
                settle();
            }
            return;
        }
        settle();
        fast.counts().missed(record.lost(), record.duplicates());
        slow.counts().missed(record.lost(), record.duplicates());
        switch (record.kind()) {
            case FRAME -> {
                count(record, at, fast);
                count(record, at, slow);
                values(record, at, rules);
                uncounted.expect(record, metrics);
            }
            case TICK, END -> {}
        }
    }

    private static void count(TelemetryView record, long at, Window window) {
        if (window.late(at)) {
            window.counts().late();
            return;
        }
        window.counts().received(1);
        record.skew().ifPresent(window.counts()::skew);
    }

    private void values(TelemetryView record, long at, MetricRules rules) {
        for (int i = 0; i < record.size(); i++) {
            var metric = metrics.of(record.name(i), rules);
            if (metric == null) {
                crowded++;
            } else if (!(metric.length() == FAST ? fast : slow).late(at)) {
                metric.add(record.value(i));
            }
        }
    }

    /** Closes every window that ends by then, in the order of their ends; of two that end together, the short one first. */
    private void advance(long at, Terms terms, Findings findings) {
        while (nextEnd <= at) {
            close(fast.end() <= slow.end() ? fast : slow, nextEnd, terms, findings);
        }
    }

    private void markBounds() {
        nextEnd = Math.min(fast.end(), slow.end());
        lastStart = Math.max(fast.start(), slow.start());
    }

    private void settle() {
        uncounted.count(fast.counts(), slow.counts());
    }

    private void end(long at, Terms terms, Findings findings) {
        advance(at, terms, findings);
        settle();
        lastAt = at;
        closeRest(fast, at, terms, findings);
        closeRest(slow, at, terms, findings);
        if (script.windows() > 0) {
            say(at, false, findings);
        }
        findings.aggregate(subject.aggregate(
                AggregateKind.TOTAL, firstAt, at, total, total.expectedCount(), metrics.aggregates(Metric::total)));
        metrics.raised().forEach(metric -> findings.alert(subject.alert(metric, AlertState.CLEARED, at)));
        long windows = fast.closed() + slow.closed();
        findings.line(subject.ended(
                firstAt, at, (int) Math.min(windows, Integer.MAX_VALUE), total, metrics.aggregates(Metric::total)));
        ended = true;
        metrics.clear();
        uncounted.clear();
    }

    private void closeRest(Window window, long at, Terms terms, Findings findings) {
        if (at > window.from() || !window.counts().nothing()) {
            close(window, at, terms, findings);
        }
    }

    private void close(Window window, long until, Terms terms, Findings findings) {
        settle();
        long expected = window.expected(firstAt, until);
        var changes = metrics.judge(window);
        findings.aggregate(subject.aggregate(
                AggregateKind.WINDOW,
                window.start(),
                window.end(),
                window.counts(),
                expected,
                metrics.windowed(window)));
        changes.forEach((metric, change) -> alert(metric, change, window.end(), findings));
        if (window == slow) {
            total.merge(window.counts(), expected);
        }
        metrics.next(window, terms);
        cover(window, expected, until, terms.policy(), findings);
        window.next(terms.rules().framesPerSecond());
        markBounds();
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
                    say(until, false, findings);
                    metrics.said();
                }
            }
            case ON_BREACH -> {
                script.cover(window, expected, true);
                boolean first = !script.begun() && total.receivedCount() > 0 && metrics.eachHasClosed();
                if (first || script.remark() != null) {
                    say(until, true, findings);
                }
                script.clear();
            }
        }
    }

    /** @param latest whether the metrics' last windows are told, and not all since the line before */
    private void say(long until, boolean latest, Findings findings) {
        findings.line(subject.update(script, until, latest, metrics.aggregates(Metric::unsaid)));
        script.next();
    }
}
