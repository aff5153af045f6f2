package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.LineKind;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Priority;
import io.probeline.record.TranscriptLine;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which windows are said, and what a line carries. */
class LinesTest {
    private final Frames frames = Frames.of("a");

    @Test
    void firstWindowWithDataIsSaid() {
        var found = new Found(TranscriptPolicy.ON_BREACH);
        found.accept(frames.tick(0.5));
        found.accept(frames.tick(5));
        found.accept(frames.frame(6, Map.of("signal_strength", -71.5, "latency", 23.0)));
        found.accept(frames.frame(7, Map.of("signal_strength", -71.5, "latency", 25.0)));
        for (int second = 8; second < 40; second++) {
            found.accept(frames.frame(second, Map.of("signal_strength", -71.5, "latency", 23.0)));
        }
        var line = only(found.lines);
        assertEquals(LineKind.UPDATE, line.getKind());
        assertEquals(Priority.SUMMARY, line.getPriority());
        assertEquals(Instant.ofEpochMilli(Frames.at(5)), line.getWindowStart().orElseThrow());
        assertEquals(Instant.ofEpochMilli(Frames.at(10)), line.getWindowEnd().orElseThrow());
        assertEquals(
                List.of("latency", "signal_strength"),
                line.getMetrics().keySet().stream().sorted().toList());
        assertEquals(4, line.getReceived());
        assertTrue(line.getLatest());
    }

    /** The 2 s window in which latency began is over a second after the 5 s window in which both did. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1.5, 4, 4.2, 4.9, 5, 8.1, 9.9})
    void theFirstLineNamesEachMetric(double from) {
        var found = new Found(TranscriptPolicy.ON_BREACH);
        for (double at = from; at < from + 20; at += 0.1) {
            found.accept(frames.frame(at, Map.of("signal_strength", -71.5, "latency", 23.0)));
        }
        var line = only(found.lines);
        assertEquals(
                List.of("latency", "signal_strength"),
                line.getMetrics().keySet().stream().sorted().toList());
        assertTrue(line.getAt().toEpochMilli() <= Frames.at(from + 6), () -> line.getAt() + " is late");
    }

    @Test
    void alertIsSaidWhenItIsRaisedAndWhenItIsOver() {
        var found = new Found(TranscriptPolicy.ON_BREACH);
        double[] values = {-70, -70, -76, -78, -86, -86, -71, -70, -70};
        for (int i = 0; i < values.length; i++) {
            found.accept(frames.frame(5 * i, "signal_strength", values[i]));
        }
        found.accept(frames.end(46));
        assertEquals(
                List.of(
                        "SUMMARY null null",
                        "SUMMARY alert_raised channel_scan",
                        "ALARM alert_level channel_scan",
                        "SUMMARY alert_cleared null",
                        "SUMMARY null null"),
                found.lines.stream()
                        .map(line -> line.getPriority() + " "
                                + line.getReason().orElse("null") + " "
                                + line.getCommand().orElse("null"))
                        .toList());
        assertEquals("Signal is normal again.", found.lines.get(3).getMessage().orElseThrow());
        assertEquals(LineKind.ENDED, found.lines.getLast().getKind());
    }

    @Test
    void breachOfAFastMetricIsSaidWithWhatTheSlowOnesWereLast() {
        var found = new Found(TranscriptPolicy.ON_BREACH);
        for (int i = 0; i < 14; i++) {
            found.accept(frames.frame(i, Map.of("signal_strength", -60.0 - i, "latency", i < 10 ? 20.0 : 500.0)));
        }
        assertEquals(2, found.lines.size());
        var breach = found.lines.getLast();
        assertEquals(Priority.ALARM, breach.getPriority());
        assertEquals(Instant.ofEpochMilli(Frames.at(12)), breach.getAt());
        assertEquals(500, metric(breach, "latency").getAvg());
        assertEquals(-67, metric(breach, "signal_strength").getAvg(), "the mean of the window from 5 to 10");
    }

    @ParameterizedTest
    @ValueSource(doubles = {10, 12.3, 14, 14.9, 15, 16, 17.5})
    void everyWindowIsCoveredByExactlyOneLine(double end) {
        long seed = Double.doubleToLongBits(end);
        var random = new Random(seed);
        var found = new Found(TranscriptPolicy.EVERY_WINDOW);
        for (double at = 0.3; at < end; at += random.nextDouble()) {
            found.accept(frames.frame(at, Map.of("signal_strength", -70 - random.nextDouble(), "latency", 20.0)));
        }
        found.accept(frames.end(end));

        var updates = found.lines.stream()
                .filter(line -> line.getKind() == LineKind.UPDATE)
                .toList();
        var windows = found.aggregates.stream()
                .filter(aggregate -> aggregate.getKind() == AggregateKind.WINDOW)
                .toList();
        assertEquals(
                windows.size(),
                updates.stream().mapToInt(TranscriptLine::getWindows).sum(),
                "seed " + seed);
        assertEquals(
                found.windows(Interaction.SLOW).stream()
                        .mapToLong(Aggregate::getReceived)
                        .sum(),
                updates.stream().mapToLong(TranscriptLine::getReceived).sum());
        for (var name : List.of("signal_strength", "latency")) {
            assertEquals(
                    windows.stream()
                            .map(Aggregate::getMetrics)
                            .mapToLong(map -> count(map, name))
                            .sum(),
                    updates.stream()
                            .map(TranscriptLine::getMetrics)
                            .mapToLong(map -> count(map, name))
                            .sum());
        }
        assertEquals(
                found.lines.size(),
                found.lines.stream().map(TranscriptLine::getLineId).distinct().count());
    }

    @Test
    void everyWindowIsSaidAlsoInSilence() {
        var found = new Found(TranscriptPolicy.EVERY_WINDOW);
        for (int second = 0; second <= 20; second++) {
            found.accept(frames.tick(second));
        }
        assertEquals(4, found.lines.size());
        assertTrue(found.lines.stream().allMatch(line -> line.getMetrics().isEmpty()));
    }

    @Test
    void lineOfEachWindowIsUrgentWhereAnAlertWithinItWas() {
        var found = new Found(TranscriptPolicy.EVERY_WINDOW);
        found.accept(frames.frame(0, "latency", 500));
        found.accept(frames.frame(2.1, "latency", 20));
        found.restore();
        found.accept(frames.frame(5, "latency", 20));
        found.accept(frames.tick(10));
        assertEquals(
                List.of(Priority.ALARM, Priority.SUMMARY),
                found.lines.stream().map(TranscriptLine::getPriority).toList());
        assertEquals("ping_latency", found.lines.getFirst().getCommand().orElseThrow());
    }

    private static long count(Map<String, MetricAggregate> metrics, String name) {
        var metric = metrics.get(name);
        return metric == null ? 0 : metric.getCount();
    }

    private static MetricAggregate metric(TranscriptLine line, String name) {
        return Objects.requireNonNull(line.getMetrics().get(name));
    }

    private static TranscriptLine only(List<TranscriptLine> lines) {
        assertEquals(1, lines.size(), lines::toString);
        return lines.getFirst();
    }
}
