package io.probeline.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What the whole machine's processors have spent on anything, so that a figure tells by whom it was disturbed. */
final class MachineTime {
    /** Linux counts in hundredths of a second, whatever its own timer does. */
    private static final long TICK_MILLIS = 10;

    /** user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already. */
    private static final int IDLE = 3;

    private static final int IOWAIT = 4;
    private static final int FIELDS = 8;

    private MachineTime() {}

    static Duration spent() {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            return spent(lines.findFirst().orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Duration spent(String cpuLine) {
        var fields = Stream.of(cpuLine.strip().split("\\s+"))
                .skip(1)
                .limit(FIELDS)
                .map(Long::valueOf)
                .toList();
        long all = fields.stream().mapToLong(Long::longValue).sum();
        return Duration.ofMillis((all - fields.get(IDLE) - fields.get(IOWAIT)) * TICK_MILLIS);
    }
}
