package io.probeline.gateway;

import io.probeline.gateway.SharedSite.Session;
import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.Alert;
import io.probeline.record.AlertState;
import io.probeline.record.DeviceEvent;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.Level;
import io.probeline.record.LineKind;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Outcome;
import io.probeline.record.Priority;
import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptLine;
import io.probeline.record.TranscriptReceipt;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** What bridge, processor and sink would write about a session. */
final class Records {
    private Records() {}

    static DeviceEvent command(Session session, DeviceEventKind kind, String commandId, String command) {
        return event(session, kind)
                .setCommandId(commandId)
                .setCommand(command)
                .setPlace(0L)
                .setAttempt(1)
                .setOutcome(kind == DeviceEventKind.COMMAND_DONE ? Outcome.OK : null)
                .setData(kind == DeviceEventKind.COMMAND_DONE ? "{\"ms\":23.5}" : null)
                .build();
    }

    static DeviceEvent.Builder event(Session session, DeviceEventKind kind) {
        return DeviceEvent.newBuilder()
                .setKind(kind)
                .setInteractionId(session.interaction())
                .setSessionId(session.sessionId())
                .setDeviceId(session.device())
                .setGeneration(1)
                .setAt(now())
                .setBridge("bridge-1");
    }

    static Aggregate window(Session session, double signal) {
        var end = now();
        return Aggregate.newBuilder()
                .setInteractionId(session.interaction())
                .setSessionId(session.sessionId())
                .setDeviceId(session.device())
                .setWindowStart(end.minusSeconds(5))
                .setWindowEnd(end)
                .setKind(AggregateKind.WINDOW)
                .setReceived(50)
                .setExpected(50)
                .setLost(0)
                .setDuplicate(0)
                .setLate(0)
                .setMetrics(Map.of("signal_strength", metric(signal)))
                .build();
    }

    static MetricAggregate metric(double value) {
        return MetricAggregate.newBuilder()
                .setMin(value - 2.5)
                .setMax(value + 2)
                .setAvg(value)
                .setSum(value * 50)
                .setLast(value + 1.5)
                .setCount(50)
                .setUnit("dBm")
                .setLevel(Level.OK)
                .build();
    }

    static Alert alert(Session session, AlertState state) {
        return Alert.newBuilder()
                .setAlertId("alert-" + session.sessionId())
                .setInteractionId(session.interaction())
                .setSessionId(session.sessionId())
                .setDeviceId(session.device())
                .setMetric("signal_strength")
                .setLevel(Level.CRITICAL)
                .setState(state)
                .setValue(-90.1)
                .setThreshold(-85)
                .setUnit("dBm")
                .setSince(now())
                .setAt(now())
                .setSuggestedCommand("channel_scan")
                .setMessage("Signal is weak.")
                .build();
    }

    static TranscriptLine lost(Session session) {
        return TranscriptLine.newBuilder()
                .setLineId("line-" + session.sessionId())
                .setInteractionId(session.interaction())
                .setSessionId(session.sessionId())
                .setDeviceId(session.device())
                .setKind(LineKind.LOST)
                .setPriority(Priority.ALARM)
                .setAt(now())
                .setMetrics(Map.of())
                .build();
    }

    static TranscriptReceipt written(Session session, String text) {
        return TranscriptReceipt.newBuilder()
                .setLineId("line-" + session.sessionId())
                .setInteractionId(session.interaction())
                .setState(ReceiptState.WRITTEN)
                .setText(text)
                .setAttempts(1)
                .setAt(now())
                .build();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
