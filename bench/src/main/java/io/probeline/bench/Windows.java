package io.probeline.bench;

import io.probeline.record.Aggregate;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.MetricRules;
import io.probeline.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The windows of one telemetry topic, by the stream processor, by its rivals and by the floor: each alone, one after the other, in a process of its own with
 * the same JVM beside a broker of its own, from the first record until all of them are committed. Afterwards every window that was written is
 * held against what it must be.
 */
final class Windows {
    /** Of each contender: what the processor ships with, and room enough for all of them. */
    static final List<String> JVM = Stream.concat(
                    ProcessorPart.COMPILERS.stream(),
                    // Compilers that come and go would take their processor time along.
                    Stream.of("-XX:-UseDynamicNumberOfCompilerThreads", "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g"))
            .toList();

    private static final long SEED = 20_261_124;
    private static final long RECORDS = 5_000_000;
    private static final long INTERACTIONS = 10_000;
    private static final Duration START = Duration.ofMinutes(2);

    /** A contender that is slower than this is given up. */
    private static final long SLOWEST_PER_SECOND = 5_000;

    private final Site site;
    private final TelemetryLoad load;
    private final WindowSet expected;

    private Windows(Site site, TelemetryLoad load) {
        this.site = site;
        this.load = load;
        this.expected = expected(site, load);
    }

    static void run(String[] args) throws IOException {
        var options = Options.of(args, "records", "interactions", "only", "guarantee", "rounds");
        var contenders = contenders(options.list("only"), options.list("guarantee"));
        long rounds = options.number("rounds", 1);
        var load = TelemetryLoad.endedBefore(
                Instant.now(),
                options.number("records", RECORDS),
                (int) options.number("interactions", INTERACTIONS),
                SEED);
        try (var site = Site.open()) {
            site.fill(load);
            var windows = new Windows(site, load);
            var measured = new ArrayList<Measured>();
            for (int round = 1; round <= rounds; round++) {
                for (var contender : contenders) {
                    measured.add(windows.measure(contender));
                    System.out.printf("  round %d: %s%n", round, measured.getLast());
                }
            }
            int cores = Runtime.getRuntime().availableProcessors();
            new WindowsReport(Measured.middles(measured), load.interactions(), cores)
                    .lines()
                    .forEach(System.out::println);
            site.done();
        }
    }

    /** Those of these names and guarantees; without names, all but the one that only shows which stores are the faster. */
    private static List<Contender> contenders(List<String> only, List<String> guarantees) {
        var all = List.<Contender>of(
                new ProbelineWindows(Guarantee.EXACTLY_ONCE),
                new ProbelineWindows(Guarantee.AT_LEAST_ONCE),
                RivalWindows.dsl(Guarantee.EXACTLY_ONCE),
                RivalWindows.dsl(Guarantee.AT_LEAST_ONCE),
                RivalWindows.dslOnRocksDb(Guarantee.EXACTLY_ONCE),
                RivalWindows.dslOnRocksDb(Guarantee.AT_LEAST_ONCE),
                RivalWindows.flink(Guarantee.EXACTLY_ONCE),
                RivalWindows.flink(Guarantee.AT_LEAST_ONCE),
                RivalWindows.streams(Guarantee.EXACTLY_ONCE),
                RivalWindows.streams(Guarantee.AT_LEAST_ONCE),
                RivalWindows.loop());
        for (var name : only) {
            if (all.stream().noneMatch(contender -> contender.name().equals(name))) {
                throw new IllegalArgumentException("--only: no contender is called " + name);
            }
        }
        for (var words : guarantees) {
            if (all.stream()
                    .noneMatch(contender -> contender.guarantee().words().equals(words))) {
                throw new IllegalArgumentException("--guarantee: nothing is " + words);
            }
        }
        return all.stream()
                .filter(contender -> contender.guarantee() == Guarantee.NONE
                        || guarantees.isEmpty()
                        || guarantees.contains(contender.guarantee().words()))
                .filter(contender ->
                        only.isEmpty() ? !contender.name().equals(DslMain.ON_ROCKSDB) : only.contains(contender.name()))
                .toList();
    }

    private static WindowSet expected(Site site, TelemetryLoad load) {
        var oracle = new WindowOracle(MetricRules.shipped(), load.wholeUntil());
        try (var broker = site.original()) {
            TopicScan.each(
                    broker,
                    Topics.TELEMETRY.name(),
                    new AvroFormat<>(Topics.TELEMETRY, site.registry()),
                    oracle::accept);
        }
        return oracle.windows();
    }

    private Measured measure(Contender contender) throws IOException {
        var name = contender.name() + "-" + contender.guarantee().words();
        try (var broker = site.copy(name)) {
            contender.output().ifPresent(broker::ensure);
            var measured = measure(contender, broker);
            contender.output().ifPresent(topic -> verify(name, broker, topic));
            return measured;
        } finally {
            site.discard(name);
        }
    }

    private Measured measure(Contender contender, Broker broker) {
        var ends = broker.ends(Topics.TELEMETRY.name());
        try (var work = contender.start(site, broker)) {
            work.awaitStarted(START);
            long began = System.nanoTime();
            var cpuBefore = work.part().cpu();
            var compilingBefore = work.part().compiling();
            work.awaitDone(ends, START.plusSeconds(load.records() / SLOWEST_PER_SECOND));
            var cpu = work.part().cpu().minus(cpuBefore);
            var compiling = work.part().compiling().minus(compilingBefore);
            var time = Duration.ofNanos(System.nanoTime() - began);
            return new Measured(contender.name(), contender.guarantee(), load.records(), time, cpu, compiling);
        }
    }

    private void verify(String name, Broker broker, String topic) {
        var found = new WindowSet(load.wholeUntil());
        AvroFormat<Aggregate> format = new AvroFormat<>(Topics.AGGREGATES, site.registry());
        TopicScan.each(broker, topic, format, found::add);
        var differences = found.differences(expected);
        if (!differences.isEmpty()) {
            throw new AssertionError(name + " has other windows than it must: " + String.join("; ", differences));
        }
        System.out.printf("%s: all %,d windows are right, digest %016x%n", name, found.size(), found.digest());
    }
}
