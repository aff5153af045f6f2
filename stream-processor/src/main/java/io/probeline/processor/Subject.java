package io.probeline.processor;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.Alert;
import io.probeline.record.AlertState;
import io.probeline.record.LineKind;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Priority;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.Ids;
import io.probeline.schemas.MetricRule.Threshold;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Whose telemetry it is, and how what was found in it is written down. Ids are derived, so that a replay gives the same ones. */
record Subject(String interactionId, String sessionId, String deviceId) {
    Aggregate aggregate(
            AggregateKind kind,
            long start,
            long end,
            Counts counts,
            long expected,
            Map<String, MetricAggregate> metrics) {
        var skew = counts.skewMillis();
        // Made at once and not by Avro's builder, which costs several times as much: there is one for each window.
        return new Aggregate(
                interactionId,
                sessionId,
                deviceId,
                Instant.ofEpochMilli(start),
                Instant.ofEpochMilli(end),
                kind,
                counts.receivedCount(),
                expected,
                counts.lostCount(),
                counts.duplicateCount(),
                counts.lateCount(),
                skew.isPresent() ? skew.getAsLong() : null,
                metrics);
    }

    /** @param at end of the window that decided */
    Alert alert(Metric metric, AlertState state, long at) {
        var tracker = metric.alert();
        var rule = metric.rule();
        return Alert.newBuilder()
                .setAlertId(Ids.derived("alert", sessionId, metric.name(), Long.toString(tracker.since())))
                .setInteractionId(interactionId)
                .setSessionId(sessionId)
                .setDeviceId(deviceId)
                .setMetric(metric.name())
                .setLevel(state == AlertState.CLEARED ? tracker.highest() : tracker.level())
                .setState(state)
                .setValue(tracker.decided())
                .setThreshold(threshold(metric).map(Threshold::value).orElse(tracker.decided()))
                .setUnit(rule.unit())
                .setSince(Instant.ofEpochMilli(tracker.since()))
                .setAt(Instant.ofEpochMilli(at))
                .setSuggestedCommand(rule.suggests().orElse(null))
                .setMessage(state == AlertState.CLEARED ? tracker.by().message(rule) : metric.message())
                .setChangeMillis(
                        tracker.by().within(rule).map(Duration::toMillis).orElse(null))
                .setFlapping(state == AlertState.RAISED && tracker.flapping())
                .build();
    }

    /**
     * What the script covers; the session spent its time in it until {@code at}.
     *
     * @param latest whether the metrics are those of the last windows alone
     */
    TranscriptLine update(Script script, long at, boolean latest, Map<String, MetricAggregate> metrics) {
        var line = line(
                        LineKind.UPDATE,
                        Priority.SUMMARY,
                        at,
                        Long.toString(script.start()),
                        Long.toString(script.end()))
                .setWindowStart(Instant.ofEpochMilli(script.start()))
                .setWindowEnd(Instant.ofEpochMilli(script.end()))
                .setWindows(script.windows())
                .setReceived(script.received())
                .setExpected(script.expected())
                .setLost(script.lost())
                .setLatest(latest)
                .setMetrics(metrics);
        var remark = script.remark();
        if (remark != null) {
            line.setPriority(remark.urgent() ? Priority.ALARM : Priority.SUMMARY)
                    .setReason(remark.reason())
                    .setCommand(remark.command())
                    .setMessage(remark.message());
        }
        return line.build();
    }

    TranscriptLine ended(long start, long end, int windows, Counts total, Map<String, MetricAggregate> metrics) {
        return line(LineKind.ENDED, Priority.SUMMARY, end)
                .setWindowStart(Instant.ofEpochMilli(start))
                .setWindowEnd(Instant.ofEpochMilli(end))
                .setWindows(windows)
                .setReceived(total.receivedCount())
                .setExpected(total.expectedCount())
                .setLost(total.lostCount())
                .setMetrics(metrics)
                .build();
    }

    private TranscriptLine.Builder line(LineKind kind, Priority priority, long at, String... parts) {
        return Lines.line(interactionId, sessionId, deviceId, kind, priority, Instant.ofEpochMilli(at), parts);
    }

    /** The one that the level now is held against; of an alert that is over, the one that it came back over last. */
    private static Optional<Threshold> threshold(Metric metric) {
        var by = metric.alert().by();
        var warn = by.warn(metric.rule());
        var critical = by.critical(metric.rule());
        return switch (metric.level()) {
            case CRITICAL -> critical;
            case WARN -> warn;
            case OK -> warn.or(() -> critical);
        };
    }
}
