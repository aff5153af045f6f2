package io.probeline.bench;

import io.probeline.bench.WindowTail.Seen;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * A window's end ──▶ its record in {@code aggregates} at a reader of what is committed: {@code bench silence}. First while all devices send, then while one after another
 * stops without a word and the bridge's ticks alone close its windows: the last one with frames, and those of which nothing came.
 */
final class Silence {
    private static final long SEED = Long.getLong("seed", 20_261_129);
    /** The compilers of four young programs want the cores that the windows need: after two minutes they rest. */
    private static final Duration WARM_UP = Duration.ofMinutes(2);

    /** From the first device that stops to the last. */
    private static final Duration STOPPING = Duration.ofSeconds(20);

    /** The longest window, and time for its record to come. */
    private static final Duration LAST = Duration.ofSeconds(8);

    /** The promise of ADR 2. */
    private static final double LIMIT = 250;

    private final int sessions;
    private final Duration length;
    private final Random random = new Random(SEED);
    private final long begun = System.nanoTime();

    private Silence(int sessions, Duration length) {
        this.sessions = sessions;
        this.length = length;
    }

    static void run(String... args) throws Exception {
        var options = Options.of(args, "sessions", "seconds");
        var folder = Files.createTempDirectory("bench-silence");
        System.out.println("the logs of all processes are in " + folder + " until the end");
        new Silence((int) options.number("sessions", 100), Duration.ofSeconds(options.number("seconds", 30)))
                .measure(folder);
        Folders.remove(folder);
    }

    private void measure(Path folder) throws Exception {
        try (var outside = Outside.start(folder, sessions);
                var site = CommandSite.start(folder, outside)) {
            say("all processes are up");
            new Agents(site.gateway(), outside.token()).open(sessions, outside.backend());
            say("sessions are open");
            TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
            try (var registry = RemoteRegistry.at(outside.registryUrl());
                    var tail = WindowTail.start(
                            KafkaSettings.at(site.kafka()), new AvroFormat<>(Topics.AGGREGATES, registry.registry()))) {
                say("all devices send");
                TimeUnit.NANOSECONDS.sleep(length.toNanos());
                var sending = List.copyOf(tail.seen());
                say("one after another stops");
                stop(outside);
                TimeUnit.NANOSECONDS.sleep(LAST.toNanos());
                var after = new ArrayList<>(tail.seen());
                after.removeAll(sending);
                report(sending, after);
            }
        }
    }

    private void stop(Outside outside) {
        long from = System.nanoTime();
        var at = random.longs(sessions, 0, STOPPING.toNanos()).sorted().toArray();
        for (int i = 0; i < sessions; i++) {
            Floor.await(from + at[i]);
            outside.appliance(i).silent(true);
        }
    }

    private void say(String what) {
        System.out.printf("%4d s: %s%n", (System.nanoTime() - begun) / 1_000_000_000, what);
    }

    private void report(Collection<Seen> sending, Collection<Seen> stopped) {
        System.out.printf(
                "%n%d sessions at 10 Hz; from the end of a window until a reader has it; ms; seed %d%n",
                sessions, SEED);
        System.out.println(Latencies.heading(""));
        var last = last(stopped);
        var empty = stopped.stream().filter(window -> window.received() == 0).toList();
        System.out.println(took(sending, 0).line("while all devices send"));
        System.out.println(took(last, sessions - last.size()).line("the last with a frame"));
        System.out.println(took(empty, 0).line("those without a frame"));
        goal("the last window with a frame", took(last, sessions - last.size()));
        goal("a window without a frame", took(empty, 0));
    }

    /** Of each device, the window in which it stopped. */
    private static Collection<Seen> last(Collection<Seen> windows) {
        return windows.stream()
                .filter(window -> window.received() > 0)
                .collect(Collectors.toMap(
                        Seen::deviceId,
                        window -> window,
                        BinaryOperator.maxBy(Comparator.comparing(Seen::end).thenComparingLong(Seen::after))))
                .values();
    }

    private static Latencies took(Collection<Seen> windows, long missing) {
        return Latencies.of(windows.stream().map(Seen::after).toList(), missing);
    }

    private static void goal(String name, Latencies measured) {
        boolean met = measured.errors() == 0 && measured.count() > 0 && measured.max() <= LIMIT;
        System.out.printf(
                "goal %-30s %s: %.0f ms of %.0f at most, %d missing%n",
                name, met ? "met" : "MISSED", measured.max(), LIMIT, measured.errors());
    }
}
