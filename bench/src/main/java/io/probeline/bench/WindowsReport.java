package io.probeline.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The figures as a table, each beside the stream processor's with the same guarantee, and the goals held against them. */
record WindowsReport(List<Measured> measured, int interactions, int cores) {
    private static final double MOST_CPU = 2.2;
    private static final double LESS_THAN_DSL = 4;
    private static final double LESS_THAN_FLINK = 1.5;
    private static final double MOST_LOOPS = 3;

    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(String.format(
                Locale.ROOT,
                "windows: %,d records, %,d interactions, %d cores, one thread each",
                measured.isEmpty() ? 0 : measured.getFirst().records(),
                interactions,
                cores));
        lines.add(String.format(
                Locale.ROOT,
                "%-12s %-14s %12s %18s %16s %10s %16s",
                "",
                "",
                "records/s",
                "CPU-s per million",
                "CPU / probeline",
                "warm",
                "warm / probeline"));
        measured.forEach(each -> lines.add(row(each)));
        lines.add("goals, exactly-once:");
        own().ifPresent(own ->
                lines.add(goal(own.cpuSecondsPerMillion(), false, MOST_CPU, "CPU-s per million records")));
        ratio("dsl").ifPresent(ratio -> lines.add(goal(ratio, true, LESS_THAN_DSL, "times less than the plain DSL")));
        ratio("flink").ifPresent(ratio -> lines.add(goal(ratio, true, LESS_THAN_FLINK, "times less than Flink")));
        ratio("loop").ifPresent(ratio -> lines.add(goal(1 / ratio, false, MOST_LOOPS, "times the bare loop")));
        return lines;
    }

    private String row(Measured one) {
        var own = measured.stream()
                .filter(other -> other.name().equals("probeline") && comparable(other, one))
                .findFirst();
        var ratio = own.map(ours -> times(one.cpuSecondsPerMillion() / ours.cpuSecondsPerMillion()));
        var warmRatio = own.map(ours -> times(one.warmCpuSecondsPerMillion() / ours.warmCpuSecondsPerMillion()));
        return String.format(
                Locale.ROOT,
                "%-12s %-14s %,12.0f %18.2f %16s %10.2f %16s",
                one.name(),
                one.guarantee().words(),
                one.recordsPerSecond(),
                one.cpuSecondsPerMillion(),
                ratio.orElse(""),
                one.warmCpuSecondsPerMillion(),
                warmRatio.orElse(""));
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    /** What promises nothing stands beside the strongest promise. */
    private static boolean comparable(Measured own, Measured one) {
        return own.guarantee() == (one.guarantee() == Guarantee.NONE ? Guarantee.EXACTLY_ONCE : one.guarantee());
    }

    private Optional<Measured> own() {
        return find("probeline");
    }

    /** How many times the processor's. */
    private Optional<Double> ratio(String rival) {
        return own().flatMap(
                        own -> find(rival).map(other -> other.cpuSecondsPerMillion() / own.cpuSecondsPerMillion()));
    }

    private Optional<Measured> find(String name) {
        return measured.stream()
                .filter(one -> one.name().equals(name) && one.guarantee() != Guarantee.AT_LEAST_ONCE)
                .findFirst();
    }

    private static String goal(double value, boolean atLeast, double bound, String what) {
        boolean met = atLeast ? value >= bound : value <= bound;
        return String.format(
                Locale.ROOT,
                "  %-7s %s %s %s: %.2f",
                met ? "met" : "MISSED",
                atLeast ? "at least" : "at most",
                bound,
                what,
                value);
    }
}
