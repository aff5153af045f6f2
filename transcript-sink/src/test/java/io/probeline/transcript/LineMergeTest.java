package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.probeline.record.Level;
import io.probeline.record.MetricAggregate;
import io.probeline.record.TranscriptLine;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LineMergeTest {
    private final TranscriptLine first = with("latency", 10, 2, Level.CRITICAL, Lines.update("call", 0));
    private final TranscriptLine second = with("latency", 40, 1, Level.OK, Lines.update("call", 1));

    @Test
    void valuesAreMergedWithoutLoss() {
        var merged = LineMerge.of(first, second);
        var latency = Objects.requireNonNull(merged.getMetrics().get("latency"));
        assertEquals(second.getLineId(), merged.getLineId());
        assertEquals(second.getAt(), merged.getAt());
        assertEquals(first.getWindowStart(), merged.getWindowStart());
        assertEquals(second.getWindowEnd(), merged.getWindowEnd());
        assertEquals(2, merged.getWindows());
        assertEquals(99, merged.getReceived());
        assertEquals(100, merged.getExpected());
        assertEquals(1, merged.getLost());
        assertEquals(9, latency.getMin());
        assertEquals(41, latency.getMax());
        assertEquals(20, latency.getAvg());
        assertEquals(60, latency.getSum());
        assertEquals(40, latency.getLast());
        assertEquals(3, latency.getCount());
        assertEquals(Level.CRITICAL, latency.getLevel(), "what was bad in between is said");
    }

    @Test
    void theOrderOfMergingDoesNotMatter() {
        var third = with("latency", 70, 5, Level.WARN, Lines.update("call", 2));
        assertEquals(
                LineMerge.of(LineMerge.of(first, second), third), LineMerge.of(first, LineMerge.of(second, third)));
    }

    /** A fast and a slow metric rise in one moment: both lines tell the same windows, and nothing came twice. */
    @Test
    void ofLinesThatTellTheLastWindowsTheNewerOnesNumbersStand() {
        var older = TranscriptLine.newBuilder(first).setLatest(true).build();
        var newer = TranscriptLine.newBuilder(second).setLatest(true).build();
        var merged = LineMerge.of(older, newer);
        var latency = Objects.requireNonNull(merged.getMetrics().get("latency"));
        assertEquals(40, latency.getSum());
        assertEquals(1, latency.getCount());
        assertEquals(Level.CRITICAL, latency.getLevel(), "what was bad in between is said");
        assertEquals(newer.getReceived(), merged.getReceived());
        assertEquals(1, merged.getWindows());
        assertEquals(newer.getWindowStart(), merged.getWindowStart());
        assertEquals(60, sum(LineMerge.of(older, second)), "one of them tells all since the line before");
    }

    private static double sum(TranscriptLine line) {
        return Objects.requireNonNull(line.getMetrics().get("latency")).getSum();
    }

    @Test
    void aMetricWithoutValuesAddsNothing() {
        var silent = with("latency", Double.NaN, 0, Level.OK, Lines.update("call", 1));
        for (var merged : new TranscriptLine[] {LineMerge.of(first, silent), LineMerge.of(silent, first)}) {
            var latency = Objects.requireNonNull(merged.getMetrics().get("latency"));
            assertEquals(10, latency.getAvg());
            assertEquals(2, latency.getCount());
        }
    }

    @Test
    void metricsOfOnlyOneLineStay() {
        var other = TranscriptLine.newBuilder(second)
                .setMetrics(Map.of("errors", Lines.metric(1, 1)))
                .build();
        assertEquals(
                Set.of("latency", "signal_strength", "errors"),
                LineMerge.of(first, other).getMetrics().keySet());
    }

    @Test
    void theCommandThatHelpsStays() {
        var helped = TranscriptLine.newBuilder(first).setCommand("channel_scan").build();
        assertEquals(Optional.of("channel_scan"), LineMerge.of(helped, second).getCommand());
        assertEquals(Optional.of("channel_scan"), LineMerge.of(second, helped).getCommand());
    }

    @Test
    void onlySummariesOfOneSessionMerge() {
        assertFalse(LineMerge.fits(first, Lines.critical("call", 1)));
        assertFalse(LineMerge.fits(first, Lines.ended("call", 1)));
        assertFalse(LineMerge.fits(first, Lines.update("other", 1)));
        assertFalse(LineMerge.fits(Lines.lost("call", 0), Lines.lost("call", 1)));
    }

    private static TranscriptLine with(String metric, double value, long count, Level level, TranscriptLine line) {
        var metrics = new HashMap<>(line.getMetrics());
        metrics.put(
                metric,
                MetricAggregate.newBuilder(Lines.metric(value, count))
                        .setLevel(level)
                        .build());
        return TranscriptLine.newBuilder(line).setMetrics(metrics).build();
    }
}
