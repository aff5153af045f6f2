package io.probeline.bench;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a contender needed from its first record until all of them were committed.
 *
 * @param compiling the part of {@code cpu} that its JVM's compilers took
 */
record Measured(String name, Guarantee guarantee, long records, Duration time, Duration cpu, Duration compiling) {
    private record Kind(String name, Guarantee guarantee) {}

    /** Of each contender's rounds the one in the middle by processor time, the cheaper of two; contenders in the order in which they came. */
    static List<Measured> middles(List<Measured> all) {
        var kinds = all.stream()
                .collect(Collectors.groupingBy(
                        one -> new Kind(one.name(), one.guarantee()), LinkedHashMap::new, Collectors.toList()));
        return kinds.values().stream()
                .map(rounds -> rounds.stream()
                        .sorted(Comparator.comparing(Measured::cpu))
                        .toList()
                        .get((rounds.size() - 1) / 2))
                .toList();
    }

    double recordsPerSecond() {
        return records / seconds(time);
    }

    double cpuSecondsPerMillion() {
        return seconds(cpu) / (records / 1e6);
    }

    /** As of a service that has run for a while. */
    double warmCpuSecondsPerMillion() {
        return seconds(cpu.minus(compiling)) / (records / 1e6);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s %s: %,.0f records/s, %.2f CPU-s per million, warm %.2f",
                name,
                guarantee.words(),
                recordsPerSecond(),
                cpuSecondsPerMillion(),
                warmCpuSecondsPerMillion());
    }
}
