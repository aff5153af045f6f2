package io.probeline.transcript;

import io.probeline.record.Level;
import io.probeline.record.LineKind;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Outcome;
import io.probeline.record.Priority;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.time.Instant;
import java.util.Map;

/** Lines as the processor writes them, for tests. */
final class Lines {
    static final Instant START = Instant.parse("2026-11-22T10:15:00Z");

    static {
        // Avro builds our records by name only once the format has told it to.
        var _ = new AvroFormat<>(Topics.TRANSCRIPT, new LocalSchemaRegistry());
    }

    private Lines() {}

    /** The update of the n-th 5 s window; its values tell its number. */
    static TranscriptLine update(String interaction, int n) {
        var start = START.plusSeconds(5L * n);
        return line(interaction, LineKind.UPDATE, Priority.SUMMARY, n, start.plusSeconds(5))
                .setWindowStart(start)
                .setWindowEnd(start.plusSeconds(5))
                .setWindows(1)
                .setReceived(50 - n % 3)
                .setExpected(50)
                .setLost(n % 3)
                .setMetrics(Map.of("signal_strength", metric(-60 - n % 17, 50 - n % 3)))
                .build();
    }

    static TranscriptLine critical(String interaction, int n) {
        return TranscriptLine.newBuilder(update(interaction, n))
                .setLineId(interaction + "-critical-" + n)
                .setPriority(Priority.ALARM)
                .setCommand("channel_scan")
                .build();
    }

    static TranscriptLine lost(String interaction, int n) {
        return line(interaction, LineKind.LOST, Priority.ALARM, n, START.plusSeconds(5L * n))
                .build();
    }

    static TranscriptLine result(String interaction, int n) {
        return line(interaction, LineKind.RESULT, Priority.RESULT, n, START.plusSeconds(5L * n))
                .setCommandId("c" + n)
                .setCommand("ping_latency")
                .setOutcome(Outcome.OK)
                .setData("{\"latency\":23}")
                .build();
    }

    static TranscriptLine ended(String interaction, int n) {
        return line(interaction, LineKind.ENDED, Priority.SUMMARY, n, START.plusSeconds(5L * n))
                .setWindowStart(START)
                .setWindowEnd(START.plusSeconds(5L * n))
                .setWindows(n)
                .build();
    }

    static MetricAggregate metric(double value, long count) {
        return MetricAggregate.newBuilder()
                .setMin(value - 1)
                .setMax(value + 1)
                .setAvg(value)
                .setSum(value * count)
                .setLast(value)
                .setCount(count)
                .setUnit("dBm")
                .setLevel(Level.OK)
                .build();
    }

    private static TranscriptLine.Builder line(
            String interaction, LineKind kind, Priority priority, int n, Instant at) {
        return TranscriptLine.newBuilder()
                .setLineId(interaction + "-" + kind + "-" + n)
                .setInteractionId(interaction)
                .setSessionId("session-" + interaction)
                .setDeviceId("washer-17")
                .setKind(kind)
                .setPriority(priority)
                .setAt(at);
    }
}
