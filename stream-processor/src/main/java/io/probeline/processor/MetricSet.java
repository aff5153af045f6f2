package io.probeline.processor;

import io.probeline.processor.AlertTracker.Change;
import io.probeline.record.MetricAggregate;
import io.probeline.schemas.MetricRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The metrics of one session, by name, so that equal findings are equal bytes however the names came. Few, so an array serves. */
final class MetricSet {
    /** The device protocol lets a frame have as many; here it bounds what a session can make us hold, beside the metrics that rules name, which always have a place. */
    static final int MOST = 64;

    private final List<Metric> metrics = new ArrayList<>();

    /** The metric of that name, made where it is new; nothing where the session has too many already. */
    @Nullable
    Metric of(String name, MetricRules rules) {
        var known = known(name);
        if (known != null) {
            return known;
        }
        if (metrics.size() >= MOST && !rules.names(name)) {
            return null;
        }
        var made = new Metric(name, rules.rule(name));
        add(made);
        return made;
    }

    /** One that is new here, or was read back. */
    void add(Metric metric) {
        int at = 0;
        while (at < metrics.size() && metrics.get(at).name().compareTo(metric.name()) < 0) {
            at++;
        }
        metrics.add(at, metric);
    }

    Collection<Metric> all() {
        return metrics;
    }

    /** Holds the window's metrics against their rules; what changed. */
    Map<Metric, Change> judge(Window window) {
        boolean framesCame = window.counts().receivedCount() > 0;
        var changes = new LinkedHashMap<Metric, Change>();
        for (var metric : metrics) {
            if (metric.within(window)) {
                var change = metric.judge(window.start(), framesCame);
                if (change != Change.NONE) {
                    changes.put(metric, change);
                }
            }
        }
        return changes;
    }

    /** The window is over. */
    void next(Window window, Terms terms) {
        for (var metric : metrics) {
            if (metric.within(window)) {
                metric.next(terms.rules(), terms.policy());
            }
        }
    }

    /** Whether of each metric that has values a window has closed: before that, a line would name some and not the others. */
    boolean eachHasClosed() {
        return metrics.stream()
                .noneMatch(metric -> metric.total().empty() && !metric.open().empty());
    }

    /** A line has said what was unsaid. */
    void said() {
        metrics.forEach(metric -> metric.unsaid().clear());
    }

    List<Metric> raised() {
        return metrics.stream().filter(metric -> metric.alert().raised()).toList();
    }

    void clear() {
        metrics.clear();
    }

    /** By name, so that equal findings are equal bytes. */
    Map<String, MetricAggregate> windowed(Window window) {
        var aggregates = new TreeMap<String, MetricAggregate>();
        for (var metric : metrics) {
            if (metric.within(window) && !metric.open().empty()) {
                aggregates.put(metric.name(), metric.window());
            }
        }
        return aggregates;
    }

    Map<String, MetricAggregate> aggregates(Function<Metric, Tally> part) {
        var aggregates = new TreeMap<String, MetricAggregate>();
        for (var metric : metrics) {
            var tally = part.apply(metric);
            if (!tally.empty()) {
                aggregates.put(metric.name(), metric.aggregate(tally));
            }
        }
        return aggregates;
    }

    /** Names are interned, so a look at the references finds one nearly always. */
    @SuppressWarnings("ReferenceEquality")
    @Nullable
    Metric known(String name) {
        for (int i = 0; i < metrics.size(); i++) {
            if (metrics.get(i).name() == name) {
                return metrics.get(i);
            }
        }
        for (var metric : metrics) {
            if (metric.name().equals(name)) {
                return metric;
            }
        }
        return null;
    }
}
