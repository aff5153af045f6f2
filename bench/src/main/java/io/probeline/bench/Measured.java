package io.probeline.bench;

import java.time.Duration;

/** What a contender needed from its first record until all of them were committed. */
record Measured(String name, Guarantee guarantee, long records, Duration time, Duration cpu) {
    double recordsPerSecond() {
        return records / seconds(time);
    }

    double cpuSecondsPerMillion() {
        return seconds(cpu) / (records / 1e6);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
