package io.probeline.bench;

import java.time.Duration;

/**
 * What a contender needed from its first record until all of them were committed.
 *
 * @param compiling the part of {@code cpu} that its JVM's compilers took
 */
record Measured(String name, Guarantee guarantee, long records, Duration time, Duration cpu, Duration compiling) {
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
}
