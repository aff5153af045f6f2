package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.LineKind;
import io.probeline.record.TelemetryKind;
import io.probeline.schemas.MetricRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows of one interaction. */
class InteractionTest {
    private final Frames frames = Frames.of("a");
    private final Found found = new Found(TranscriptPolicy.ON_BREACH);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void windowHoldsWhatCameWithinIt() {
        found.accept(frames.frame(0.0, "signal_strength", -70));
        found.accept(frames.frame(1.0, "signal_strength", -60));
        found.accept(frames.frame(4.999, "signal_strength", -80));
        found.accept(frames.frame(5.0, "signal_strength", -10));

        var window = found.windows(Interaction.SLOW).getFirst();
        assertEquals(Instant.ofEpochMilli(Frames.at(0)), window.getWindowStart());
        assertEquals(3, window.getReceived());
        var signal = Objects.requireNonNull(window.getMetrics().get("signal_strength"));
        assertEquals(-80, signal.getMin());
        assertEquals(-60, signal.getMax());
        assertEquals(-210, signal.getSum());
        assertEquals(-70, signal.getAvg());
        assertEquals(-80, signal.getLast());
        assertEquals(3, signal.getCount());
        assertEquals("dBm", signal.getUnit());
    }

    @Test
    void eachMetricIsInTheWindowsOfItsRule() {
        found.accept(frames.frame(0, Map.of("signal_strength", -70.0, "latency", 20.0, "colour", 1.0)));
        found.accept(frames.tick(5));

        assertEquals(List.of("latency"), names(found.windows(Interaction.FAST).getFirst()));
        assertEquals(
                List.of("colour", "signal_strength"),
                names(found.windows(Interaction.SLOW).getFirst()));
    }

    @Test
    void silenceIsWindowsWithoutData() {
        found.accept(frames.frame(0.5, "latency", 20));
        for (int second = 1; second <= 20; second++) {
            found.accept(frames.tick(second));
        }
        assertEquals(10, found.windows(Interaction.FAST).size());
        assertEquals(4, found.windows(Interaction.SLOW).size());
        assertEquals(
                List.of(1L, 0L, 0L, 0L),
                found.windows(Interaction.SLOW).stream()
                        .map(Aggregate::getReceived)
                        .toList());
        assertTrue(found.windows(Interaction.FAST).getLast().getMetrics().isEmpty());
        assertEquals(20, found.windows(Interaction.FAST).getLast().getExpected());
    }

    /** The device protocol takes any finite number, and a frame's other metrics are as good as ever. */
    @Test
    void theLargestNumbersAreValuesToo() {
        for (int i = 0; i < 3; i++) {
            found.accept(frames.frame(i / 10.0, Map.of("odd", Double.MAX_VALUE, "low", -1e308, "latency", 20.0)));
        }
        found.accept(frames.end(5));
        var metrics = found.windows(Interaction.SLOW).getFirst().getMetrics();
        var odd = Objects.requireNonNull(metrics.get("odd"));
        assertEquals(Double.MAX_VALUE, odd.getMax());
        assertEquals(Double.MAX_VALUE, odd.getSum(), "it can't be larger");
        assertEquals(3, odd.getCount());
        assertEquals(
                -Double.MAX_VALUE, Objects.requireNonNull(metrics.get("low")).getSum());
        var latency = found.windows(Interaction.FAST).getFirst().getMetrics().get("latency");
        assertEquals(20, Objects.requireNonNull(latency).getAvg());
    }

    @Test
    void windowsFollowWithoutGapThroughALongPause() {
        found.accept(frames.frame(0, "latency", 20));
        found.accept(frames.frame(3_600, "latency", 20));
        assertEquals(1_800, found.windows(Interaction.FAST).size());
        assertEquals(720, found.windows(Interaction.SLOW).size());
        assertEquals(
                Instant.ofEpochMilli(Frames.at(3_600)),
                found.windows(Interaction.SLOW).getLast().getWindowEnd());
    }

    @Test
    void expectedCountsOnlyTheTimeOfTheSession() {
        found.accept(frames.tick(3.5));
        found.accept(frames.end(11));
        assertEquals(
                List.of(15L, 50L, 10L),
                found.windows(Interaction.SLOW).stream()
                        .map(Aggregate::getExpected)
                        .toList());
        assertEquals(
                List.of(5L, 20L, 20L, 20L, 10L),
                found.windows(Interaction.FAST).stream()
                        .map(Aggregate::getExpected)
                        .toList());
    }

    @Test
    void everyFrameOfAWindowThatIsNotWholeIsExpected() {
        for (int i = 0; i <= 21; i++) {
            found.accept(frames.frame(2.86 + i / 10.0, "latency", 20));
        }
        found.accept(frames.tick(5));
        var first = found.windows(Interaction.SLOW).getFirst();
        assertEquals(22, first.getReceived());
        assertEquals(22, first.getExpected());
    }

    @Test
    void windowsTogetherExpectWhatTheSessionDoesWhateverTheRate() throws IOException {
        for (double rate : List.of(0.1, 0.3, 1.0, 7.5, 29.97)) {
            var slow = new Found(TranscriptPolicy.ON_BREACH, rate(rate));
            slow.accept(frames.tick(1.234));
            slow.accept(frames.end(101.234));
            long due = (long) Math.ceil(rate * 100 - 1e-6);
            for (long length : List.of(Interaction.FAST, Interaction.SLOW)) {
                assertEquals(
                        due,
                        slow.windows(length).stream()
                                .mapToLong(Aggregate::getExpected)
                                .sum(),
                        () -> "at " + rate);
            }
        }
    }

    @Test
    void lostAndRepeatedFramesAreCountedAlsoOnATick() {
        found.accept(frames.record(TelemetryKind.FRAME, 0)
                .setLost(2)
                .setDuplicates(1)
                .build());
        found.accept(frames.record(TelemetryKind.TICK, 1).setLost(3).build());
        found.accept(frames.tick(5));
        var window = found.windows(Interaction.SLOW).getFirst();
        assertEquals(5, window.getLost());
        assertEquals(1, window.getDuplicate());
        assertEquals(1, window.getReceived());
    }

    @Test
    void frameAfterItsWindowIsLateAndInNoAverage() {
        found.accept(frames.frame(4, "signal_strength", -70));
        found.accept(frames.frame(5.1, "signal_strength", -70));
        found.accept(frames.frame(4.9, Map.of("signal_strength", -10.0, "latency", 9.0)));
        found.accept(frames.tick(10));

        var slow = found.windows(Interaction.SLOW).get(1);
        assertEquals(1, slow.getLate());
        assertEquals(1, slow.getReceived());
        assertEquals(
                -70,
                Objects.requireNonNull(slow.getMetrics().get("signal_strength")).getMax());
        var fast = found.windows(Interaction.FAST).getFirst();
        assertEquals(0, fast.getLate(), "its two seconds were still open");
        assertEquals(List.of("latency"), names(fast));
    }

    @Test
    void clockOfTheDeviceIsSkewAndNothingElse() {
        found.accept(withDeviceTime(1, 3_601));
        found.accept(withDeviceTime(2, 3_602.25));
        found.accept(frames.tick(5));
        found.accept(frames.tick(10));
        var windows = found.windows(Interaction.SLOW);
        assertEquals(2, windows.size());
        assertEquals(3_600_250L, windows.getFirst().getSkewMillis().orElseThrow());
        assertTrue(windows.getLast().getSkewMillis().isEmpty());
    }

    @Test
    void totalIsTheSumOfTheWindows() {
        for (int i = 0; i < 123; i++) {
            found.accept(frames.frame(i / 10.0, Map.of("signal_strength", -70 - i / 7.0, "latency", 20 + i / 3.0)));
        }
        found.accept(frames.end(13));
        var total = found.aggregates.getLast();
        assertEquals(AggregateKind.TOTAL, total.getKind());
        assertEquals(123, total.getReceived());
        assertEquals(130, total.getExpected());
        assertEquals(Instant.ofEpochMilli(Frames.at(13)), total.getWindowEnd());
        assertEquals(
                123, Objects.requireNonNull(total.getMetrics().get("latency")).getCount());
        assertEquals(
                found.windows(Interaction.SLOW).stream()
                        .mapToLong(Aggregate::getReceived)
                        .sum(),
                total.getReceived());
        assertEquals(LineKind.ENDED, found.lines.getLast().getKind());
        assertEquals(123, found.lines.getLast().getReceived());
    }

    @Test
    void endOnABoundaryLeavesNoEmptyWindow() {
        found.accept(frames.frame(0, "latency", 20));
        found.accept(frames.end(10));
        assertEquals(5, found.windows(Interaction.FAST).size());
        assertEquals(2, found.windows(Interaction.SLOW).size());
    }

    @Test
    void sessionWithoutTelemetryEndsWithAnEmptyTotal() {
        found.accept(frames.end(3));
        assertEquals(1, found.aggregates.size());
        assertEquals(AggregateKind.TOTAL, found.aggregates.getFirst().getKind());
        assertEquals(LineKind.ENDED, found.lines.getFirst().getKind());
    }

    @Test
    void nothingAfterTheEndCounts() {
        found.accept(frames.frame(0, "latency", 20));
        found.accept(frames.end(1));
        int before = found.aggregates.size();
        assertEquals(Interaction.Verdict.AFTER_END, found.accept(frames.frame(2, "latency", 20)));
        assertEquals(Interaction.Verdict.AFTER_END, found.accept(frames.end(9)));
        found.restore();
        assertEquals(Interaction.Verdict.AFTER_END, found.accept(frames.frame(99, "latency", 20)));
        assertEquals(before, found.aggregates.size());
    }

    @Test
    void jumpInTimeIsRefusedUnlessItEndsTheSession() {
        found.accept(frames.frame(0, "latency", 20));
        assertEquals(Interaction.Verdict.OUT_OF_TIME, found.accept(frames.frame(14_401, "latency", 20)));
        assertEquals(Interaction.Verdict.OUT_OF_TIME, found.accept(frames.frame(-14_401, "latency", 20)));
        assertEquals(Interaction.Verdict.TAKEN, found.accept(frames.frame(0.1, "latency", 30)));
        assertEquals(Interaction.Verdict.TAKEN, found.accept(frames.end(99_999)));
        assertEquals(1, found.windows(Interaction.SLOW).size());
        assertTrue(found.interaction().ended());
    }

    @Test
    void valuesOfMoreMetricsThanASessionMayHaveAreDroppedAndCounted() {
        for (int i = 0; i < MetricSet.MOST + 5; i++) {
            found.accept(frames.frame(0, "metric_" + i, 1));
        }
        assertEquals(5, found.interaction().takeCrowded());
        assertEquals(0, found.interaction().takeCrowded());
        found.accept(frames.frame(0, "signal_strength", -95));
        assertEquals(0, found.interaction().takeCrowded(), "a rule names it");
        found.accept(frames.tick(5));
        assertEquals(
                MetricSet.MOST + 1,
                found.windows(Interaction.SLOW).getFirst().getMetrics().size());
    }

    @Test
    void stateThatWasRestoredAfterEachRecordFindsTheSame() {
        var other = new Found(TranscriptPolicy.ON_BREACH);
        for (int i = 0; i < 400; i++) {
            double signal = -80 - 10 * Math.sin(i / 25.0);
            var record = frames.record(TelemetryKind.FRAME, i / 10.0)
                    .setMetrics(
                            Map.of("signal_strength", signal, "latency", 100.0 + i, "errors", i % 17 == 0 ? 1.0 : 0))
                    .setDeviceTime(Instant.ofEpochMilli(Frames.at(i / 9.0)))
                    .setLost(i % 5)
                    .build();
            found.accept(record);
            other.accept(record);
            other.restore();
        }
        found.accept(frames.end(41));
        other.accept(frames.end(41));
        assertEquals(found.aggregates, other.aggregates);
        assertEquals(found.alerts, other.alerts);
        assertEquals(found.lines, other.lines);
        assertTrue(found.alerts.size() >= 4, "the test must have something to compare");
    }

    private MetricRules rate(double framesPerSecond) throws IOException {
        var file = Files.writeString(
                folder.resolve("metrics.yaml"),
                "version: 1\nframesPerSecond: " + framesPerSecond
                        + "\nmetrics: {}\nothers: {kind: continuous, unit: '', window: 5s}\n");
        return MetricRules.read(file);
    }

    private io.probeline.record.Telemetry withDeviceTime(double received, double device) {
        return frames.record(TelemetryKind.FRAME, received)
                .setDeviceTime(Instant.ofEpochMilli(Frames.at(device)))
                .build();
    }

    private static List<String> names(Aggregate aggregate) {
        return aggregate.getMetrics().keySet().stream().sorted().toList();
    }
}
