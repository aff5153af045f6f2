package io.probeline.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * How long things took, in milliseconds. A percentile is a value that was seen, by nearest rank: nothing is interpolated.
 *
 * @param errors what should have come and did not, which is in none of the other numbers
 */
record Latencies(double p50, double p95, double p99, double max, long count, long errors) {
    static Latencies of(Collection<Long> nanos, long errors) {
        var sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Latencies(
                rank(sorted, 0.50), rank(sorted, 0.95), rank(sorted, 0.99), rank(sorted, 1), sorted.length, errors);
    }

    /** The median of each percentile over the rounds, so that one bad moment of the machine decides nothing; of two in the middle the worse. What was counted is added up. */
    static Latencies medianOf(List<Latencies> rounds) {
        return new Latencies(
                median(rounds, Latencies::p50),
                median(rounds, Latencies::p95),
                median(rounds, Latencies::p99),
                median(rounds, Latencies::max),
                rounds.stream().mapToLong(Latencies::count).sum(),
                rounds.stream().mapToLong(Latencies::errors).sum());
    }

    private static double rank(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
    }

    private static double median(List<Latencies> rounds, ToDoubleFunction<Latencies> what) {
        var sorted = rounds.stream().mapToDouble(what).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    static String heading(String what) {
        return String.format(
                Locale.ROOT, "%-34s %8s %8s %8s %8s %8s %7s", what, "p50", "p95", "p99", "max", "count", "errors");
    }

    String line(String name) {
        return String.format(
                Locale.ROOT, "%-34s %8.1f %8.1f %8.1f %8.1f %8d %7d", name, p50, p95, p99, max, count, errors);
    }
}
