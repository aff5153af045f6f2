package io.probeline.transcript;

import io.probeline.record.CommandResult;
import io.probeline.record.Level;
import io.probeline.record.LineKind;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Outcome;
import io.probeline.record.Priority;
import io.probeline.record.TranscriptLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * Two updates as one that says both: least of the least, most of the most, means over all values, sums, the newest of what is newest. A metric's
 * level becomes the worse of the two, so that what was bad in between is said. No data is lost but the order of values within the time covered.
 *
 * <p>Where each tells its last windows alone, which may be the same ones, nothing is added up: the newer one's numbers stand.
 */
final class LineMerge {
    private LineMerge() {}

    /** Whether one line can say both: summaries of one session. An alarm is always said for itself. */
    static boolean fits(TranscriptLine a, TranscriptLine b) {
        return a.getKind() == LineKind.UPDATE
                && b.getKind() == LineKind.UPDATE
                && a.getPriority() == Priority.SUMMARY
                && b.getPriority() == Priority.SUMMARY
                && sameSession(a, b);
    }

    /** Whether a later line can say this one too, so that it need not be said again. */
    static boolean canWait(TranscriptLine line) {
        return fits(line, line) || line.getKind() == LineKind.RESULT;
    }

    /** Whether this result can be told at the end of that line; an alarm stays short. */
    static boolean tellsToo(TranscriptLine line, TranscriptLine result) {
        return result.getKind() == LineKind.RESULT && line.getPriority() != Priority.ALARM && sameSession(line, result);
    }

    /** The line with the result at its end. */
    static TranscriptLine withResult(TranscriptLine line, TranscriptLine result) {
        var results = new ArrayList<>(result.getResults());
        results.add(CommandResult.newBuilder()
                .setCommand(result.getCommand().orElse("?"))
                .setOutcome(result.getOutcome().orElse(Outcome.UNKNOWN))
                .setData(result.getData().orElse(null))
                .setReason(result.getReason().orElse(null))
                .setMessage(result.getMessage().orElse(null))
                .build());
        results.addAll(line.getResults());
        return TranscriptLine.newBuilder(line).setResults(results).build();
    }

    /** The end of a session, with the results that the update told which it stands for. */
    static TranscriptLine endedAfter(TranscriptLine update, TranscriptLine ended) {
        var results = new ArrayList<>(update.getResults());
        results.addAll(ended.getResults());
        return TranscriptLine.newBuilder(ended).setResults(results).build();
    }

    static boolean sameSession(TranscriptLine a, TranscriptLine b) {
        return a.getSessionId().equals(b.getSessionId()) && a.getDeviceId().equals(b.getDeviceId());
    }

    /** The merged line goes by the newer one's id and time. */
    static TranscriptLine of(TranscriptLine older, TranscriptLine newer) {
        boolean latest = older.getLatest() && newer.getLatest();
        var metrics = new HashMap<>(older.getMetrics());
        newer.getMetrics()
                .forEach((name, metric) -> metrics.merge(name, metric, latest ? LineMerge::newer : LineMerge::both));
        var results = new ArrayList<>(older.getResults());
        results.addAll(newer.getResults());
        var merged = TranscriptLine.newBuilder(newer).setResults(results).setMetrics(metrics);
        if (!latest) {
            addUp(older, newer, merged);
        }
        newer.getCommand().or(older::getCommand).ifPresent(merged::setCommand);
        newer.getReason().or(older::getReason).ifPresent(merged::setReason);
        newer.getMessage().or(older::getMessage).ifPresent(merged::setMessage);
        return merged.build();
    }

    private static void addUp(TranscriptLine older, TranscriptLine newer, TranscriptLine.Builder merged) {
        merged.setWindows(older.getWindows() + newer.getWindows())
                .setReceived(older.getReceived() + newer.getReceived())
                .setExpected(older.getExpected() + newer.getExpected())
                .setLost(older.getLost() + newer.getLost())
                .setLatest(false);
        first(older.getWindowStart(), newer.getWindowStart(), (a, b) -> a.isBefore(b) ? a : b)
                .ifPresent(merged::setWindowStart);
        first(older.getWindowEnd(), newer.getWindowEnd(), (a, b) -> a.isAfter(b) ? a : b)
                .ifPresent(merged::setWindowEnd);
    }

    private static MetricAggregate newer(MetricAggregate older, MetricAggregate newer) {
        return MetricAggregate.newBuilder(newer)
                .setLevel(worse(older.getLevel(), newer.getLevel()))
                .build();
    }

    private static MetricAggregate both(MetricAggregate older, MetricAggregate newer) {
        if (older.getCount() == 0 || newer.getCount() == 0) {
            var whole = newer.getCount() == 0 ? older : newer;
            return MetricAggregate.newBuilder(whole)
                    .setLevel(worse(older.getLevel(), newer.getLevel()))
                    .build();
        }
        long count = older.getCount() + newer.getCount();
        double sum = older.getSum() + newer.getSum();
        return MetricAggregate.newBuilder()
                .setMin(Math.min(older.getMin(), newer.getMin()))
                .setMax(Math.max(older.getMax(), newer.getMax()))
                .setAvg(sum / count)
                .setSum(sum)
                .setLast(newer.getLast())
                .setCount(count)
                .setUnit(newer.getUnit())
                .setLevel(worse(older.getLevel(), newer.getLevel()))
                .build();
    }

    private static Level worse(Level a, Level b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    private static Optional<Instant> first(Optional<Instant> a, Optional<Instant> b, BinaryOperator<Instant> choose) {
        return a.isPresent() && b.isPresent() ? Optional.of(choose.apply(a.get(), b.get())) : a.or(() -> b);
    }
}
