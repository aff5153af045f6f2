package io.probeline.processor;

import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import java.time.Instant;
import java.util.Map;

/** Telemetry of one session, told in seconds after a round time. */
record Frames(String interactionId, String sessionId, String deviceId) {
    /** A multiple of ten seconds, so that windows of both lengths begin there. */
    static final long ZERO = 1_790_000_000_000L;

    static Frames of(String name) {
        return new Frames("conv-" + name, "session-" + name, "device-" + name);
    }

    static long at(double seconds) {
        return ZERO + Math.round(seconds * 1000);
    }

    Telemetry frame(double seconds, Map<String, Double> metrics) {
        return record(TelemetryKind.FRAME, seconds).setMetrics(metrics).build();
    }

    Telemetry frame(double seconds, String metric, double value) {
        return frame(seconds, Map.of(metric, value));
    }

    Telemetry tick(double seconds) {
        return record(TelemetryKind.TICK, seconds).build();
    }

    Telemetry end(double seconds) {
        return record(TelemetryKind.END, seconds).build();
    }

    Telemetry.Builder record(TelemetryKind kind, double seconds) {
        return Telemetry.newBuilder()
                .setInteractionId(interactionId)
                .setSessionId(sessionId)
                .setDeviceId(deviceId)
                .setKind(kind)
                .setReceivedAt(Instant.ofEpochMilli(at(seconds)))
                .setMetrics(Map.of());
    }
}
