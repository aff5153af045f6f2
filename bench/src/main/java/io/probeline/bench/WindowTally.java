package io.probeline.bench;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Telemetry;
import io.probeline.schemas.MetricRules;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** One interaction in one window, as a rival holds it. */
final class WindowTally {
    private String sessionId;
    private String deviceId;
    private long received;
    private final Map<String, MetricTally> metrics;

    WindowTally() {
        this("", "", 0, new HashMap<>());
    }

    WindowTally(String sessionId, String deviceId, long received, Map<String, MetricTally> metrics) {
        this.sessionId = sessionId;
        this.deviceId = deviceId;
        this.received = received;
        this.metrics = metrics;
    }

    String sessionId() {
        return sessionId;
    }

    String deviceId() {
        return deviceId;
    }

    long received() {
        return received;
    }

    Map<String, MetricTally> metrics() {
        return metrics;
    }

    /** Counts a frame, and the metrics whose windows have this length. */
    WindowTally add(Telemetry frame, long length, MetricRules rules) {
        sessionId = frame.getSessionId();
        deviceId = frame.getDeviceId();
        received++;
        for (var entry : frame.getMetrics().entrySet()) {
            if (rules.rule(entry.getKey()).window().toMillis() == length) {
                metrics.computeIfAbsent(entry.getKey(), _ -> new MetricTally()).add(entry.getValue());
            }
        }
        return this;
    }

    Aggregate aggregate(String interactionId, long start, long length, MetricRules rules) {
        var aggregates = new HashMap<String, MetricAggregate>();
        metrics.forEach((name, tally) ->
                aggregates.put(name, tally.aggregate(rules.rule(name).unit())));
        return Aggregate.newBuilder()
                .setInteractionId(interactionId)
                .setSessionId(sessionId)
                .setDeviceId(deviceId)
                .setWindowStart(Instant.ofEpochMilli(start))
                .setWindowEnd(Instant.ofEpochMilli(start + length))
                .setKind(AggregateKind.WINDOW)
                .setReceived(received)
                .setExpected(Math.round(rules.framesPerSecond() * length / 1000))
                .setLost(0)
                .setDuplicate(0)
                .setLate(0)
                .setMetrics(aggregates)
                .build();
    }
}
