package io.probeline.quickstart;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.LineKind;
import io.probeline.record.MetricAggregate;
import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptLine;
import io.probeline.record.TranscriptReceipt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Judges what was said against what was measured: each window of {@code aggregates} is covered by exactly one written line, and the line's numbers are those of
 * its windows merged here, by plain code. For the policy that says every window.
 */
final class WindowCover {
    private static final double PRECISION = 1e-9;

    /** The three topics, each interaction's records in their order, and how often each text was taken: {@link #said}. */
    record History(
            List<Aggregate> aggregates,
            List<TranscriptLine> lines,
            List<TranscriptReceipt> receipts,
            Map<String, Long> taken) {}

    private final History history;
    private final Map<String, TranscriptLine> lines;
    private final Map<String, List<Aggregate>> windowsOfLine = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    private WindowCover(History history) {
        this.history = history;
        this.lines = history.lines().stream().collect(Collectors.toMap(TranscriptLine::getLineId, line -> line));
    }

    /** In words, none when all is well. */
    static List<String> violations(History history) {
        var cover = new WindowCover(history);
        cover.assign();
        cover.judge();
        return cover.violations;
    }

    /** How a taken message is told from others. */
    static String said(String interactionId, Instant at, String text) {
        return interactionId + " " + at.toEpochMilli() + " " + text;
    }

    /** A line stands for the windows that ended since the line before it. */
    private void assign() {
        var updates = history.lines().stream()
                .filter(line -> line.getKind() == LineKind.UPDATE)
                .collect(Collectors.groupingBy(TranscriptLine::getInteractionId));
        history.aggregates().stream()
                .filter(aggregate -> aggregate.getKind() == AggregateKind.WINDOW)
                .forEach(window -> updates.getOrDefault(window.getInteractionId(), List.of()).stream()
                        .filter(line -> !end(line).isBefore(window.getWindowEnd()))
                        .min(Comparator.comparing(WindowCover::end))
                        .ifPresentOrElse(
                                line -> windowsOfLine
                                        .computeIfAbsent(line.getLineId(), id -> new ArrayList<>())
                                        .add(window),
                                () -> violations.add(window.getInteractionId() + " window " + window.getWindowStart()
                                        + " is in no line")));
    }

    private void judge() {
        var receipts = history.receipts().stream().collect(Collectors.groupingBy(TranscriptReceipt::getLineId));
        lines.keySet().stream()
                .filter(id -> receipts.getOrDefault(id, List.of()).size() != 1)
                .forEach(id -> violations.add("line " + id + " has "
                        + receipts.getOrDefault(id, List.of()).size() + " receipts"));
        var merged = history.receipts().stream()
                .filter(receipt -> receipt.getState() == ReceiptState.MERGED)
                .collect(
                        Collectors.groupingBy(receipt -> receipt.getMergedInto().orElseThrow()));
        for (var receipt : history.receipts()) {
            switch (receipt.getState()) {
                case WRITTEN -> written(receipt, merged.getOrDefault(receipt.getLineId(), List.of()));
                case GIVEN_UP ->
                    violations.add("line " + receipt.getLineId() + " was given up: " + receipt.getReason());
                case MERGED -> {}
            }
        }
    }

    private void written(TranscriptReceipt receipt, List<TranscriptReceipt> merged) {
        var line = lines.get(receipt.getLineId());
        if (line == null) {
            violations.add("receipt of an unknown line " + receipt.getLineId());
            return;
        }
        long times = history.taken().getOrDefault(said(line.getInteractionId(), line.getAt(), receipt.getText()), 0L);
        if (times != 1) {
            violations.add("said " + times + " times: " + receipt.getText());
        }
        if (line.getKind() == LineKind.UPDATE) {
            var windows = new ArrayList<>(windowsOfLine.getOrDefault(line.getLineId(), List.of()));
            merged.forEach(other -> windows.addAll(windowsOfLine.getOrDefault(other.getLineId(), List.of())));
            numbers(receipt, windows);
        }
    }

    private void numbers(TranscriptReceipt receipt, List<Aggregate> windows) {
        var slow = windows.stream()
                .filter(window -> window.getWindowEnd().toEpochMilli()
                                - window.getWindowStart().toEpochMilli()
                        > 2_000)
                .toList();
        counted(receipt, "windows", windows.size(), receipt.getWindows());
        // Windows of both lengths see the same frames.
        counted(
                receipt,
                "received",
                slow.stream().mapToLong(Aggregate::getReceived).sum(),
                receipt.getReceived());
        counted(
                receipt,
                "expected",
                slow.stream().mapToLong(Aggregate::getExpected).sum(),
                receipt.getExpected());
        counted(receipt, "lost", slow.stream().mapToLong(Aggregate::getLost).sum(), receipt.getLost());
        var metrics = windows.stream()
                .flatMap(window -> window.getMetrics().keySet().stream())
                .collect(Collectors.toSet());
        if (!metrics.equals(receipt.getMetrics().keySet())) {
            violations.add(
                    receipt.getLineId() + " tells of " + receipt.getMetrics().keySet() + " and not of " + metrics);
            return;
        }
        metrics.forEach(name -> metric(receipt, name, windows));
    }

    private void metric(TranscriptReceipt receipt, String name, List<Aggregate> windows) {
        var said = Objects.requireNonNull(receipt.getMetrics().get(name));
        var parts = windows.stream()
                .sorted(Comparator.comparing(Aggregate::getWindowStart))
                .map(window -> window.getMetrics().get(name))
                .filter(part -> part != null && part.getCount() > 0)
                .toList();
        long count = parts.stream().mapToLong(MetricAggregate::getCount).sum();
        double sum = parts.stream().mapToDouble(MetricAggregate::getSum).sum();
        counted(receipt, name + " count", count, said.getCount());
        if (count > 0) {
            same(
                    receipt,
                    name + " min",
                    parts.stream().mapToDouble(MetricAggregate::getMin).min().orElseThrow(),
                    said.getMin());
            same(
                    receipt,
                    name + " max",
                    parts.stream().mapToDouble(MetricAggregate::getMax).max().orElseThrow(),
                    said.getMax());
            same(receipt, name + " avg", sum / count, said.getAvg());
            same(receipt, name + " last", parts.getLast().getLast(), said.getLast());
        }
    }

    private void counted(TranscriptReceipt receipt, String what, long measured, long said) {
        if (measured != said) {
            violations.add(receipt.getLineId() + " " + what + ": measured " + measured + ", said " + said);
        }
    }

    private void same(TranscriptReceipt receipt, String what, double measured, double said) {
        if (Math.abs(measured - said) > PRECISION * Math.max(1, Math.abs(measured))) {
            violations.add(receipt.getLineId() + " " + what + ": measured " + measured + ", said " + said);
        }
    }

    private static Instant end(TranscriptLine line) {
        return line.getWindowEnd().orElseThrow();
    }
}
