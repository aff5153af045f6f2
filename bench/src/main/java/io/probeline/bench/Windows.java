package io.probeline.bench;

import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The windows of one telemetry topic, by the stream processor, by its rivals and by the floor: each alone, one after the other, in a process of its own with
 * the same JVM beside a broker of its own, from the first record until all of them are committed.
 */
final class Windows {
    static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xms1g", "-Xmx1g");

    private static final long SEED = 20_261_124;
    private static final long RECORDS = 3_000_000;
    private static final long INTERACTIONS = 10_000;
    private static final Duration START = Duration.ofMinutes(2);

    /** A contender that is slower than this is given up. */
    private static final long SLOWEST_PER_SECOND = 5_000;

    private Windows() {}

    static void run(String[] args) throws Exception {
        var options = Options.of(args, "records", "interactions", "only");
        var contenders = contenders(options.list("only"));
        var load = TelemetryLoad.endedBefore(
                Instant.now(),
                options.number("records", RECORDS),
                (int) options.number("interactions", INTERACTIONS),
                SEED);
        try (var site = Site.open()) {
            site.fill(load);
            var measured = new ArrayList<Measured>();
            for (var contender : contenders) {
                measured.add(measure(contender, site, load));
                System.out.println(
                        measured.getLast() + " " + (long) measured.getLast().recordsPerSecond() + " "
                                + measured.getLast().cpuSecondsPerMillion());
            }
            site.done();
        }
    }

    private static List<Contender> contenders(List<String> only) {
        var all = List.<Contender>of(
                ProbelineWindows.with(Guarantee.EXACTLY_ONCE),
                ProbelineWindows.with(Guarantee.AT_LEAST_ONCE),
                RivalWindows.loop());
        return all.stream()
                .filter(contender -> only.isEmpty() || only.contains(contender.name()))
                .toList();
    }

    private static Measured measure(Contender contender, Site site, TelemetryLoad load) throws Exception {
        var name = contender.name() + "-" + contender.guarantee().words();
        try (var broker = site.copy(name);
                var part = contender.start(site, broker)) {
            var ends = broker.ends(Topics.TELEMETRY.name());
            contender.awaitStarted(part, START);
            long began = System.nanoTime();
            var cpuBefore = part.cpu();
            contender.awaitDone(part, broker, ends, START.plusSeconds(load.records() / SLOWEST_PER_SECOND));
            var cpu = part.cpu().minus(cpuBefore);
            var time = Duration.ofNanos(System.nanoTime() - began);
            return new Measured(contender.name(), contender.guarantee(), load.records(), time, cpu);
        } finally {
            site.discard(name);
        }
    }
}
