package io.probeline.bench;

import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the stream processor's state costs by the number of interactions: on the heap, in its changelog while frames come in real time, and until another
 * process that has no state is ready, after a stop and after a kill.
 */
final class StateCost {
    /** As {@code bin/probeline stream-processor}. */
    private static final List<String> JVM = Stream.concat(
                    ProcessorPart.COMPILERS.stream(), Stream.of("-XX:+UseSerialGC", "-Xmx512m"))
            .toList();

    private static final long SEED = 20_261_124;
    private static final long SECONDS = 30;
    private static final List<String> INTERACTIONS = List.of("1000", "10000");
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration CATCH_UP = Duration.ofMinutes(5);

    private final Site site;
    private final Broker broker;
    private final String name;
    private final int interactions;

    private StateCost(Site site, Broker broker, String name, int interactions) {
        this.site = site;
        this.broker = broker;
        this.name = name;
        this.interactions = interactions;
    }

    static void run(String[] args) throws IOException {
        var options = Options.of(args, "interactions", "seconds");
        var length = Duration.ofSeconds(options.number("seconds", SECONDS));
        var counts = options.list("interactions").isEmpty() ? INTERACTIONS : options.list("interactions");
        try (var site = Site.open()) {
            site.prepare();
            var figures = new ArrayList<StateFigures>();
            for (var count : counts) {
                figures.add(measure(site, Integer.parseInt(count), length));
            }
            StateFigures.report(figures).forEach(System.out::println);
            site.done();
        }
    }

    private static StateFigures measure(Site site, int interactions, Duration length) throws IOException {
        var name = "state-" + interactions;
        try (var broker = site.copy(name)) {
            return new StateCost(site, broker, name, interactions).measure(length);
        } finally {
            site.discard(name);
        }
    }

    private StateFigures measure(Duration length) {
        var held = load(length);
        long begun = System.nanoTime();
        Duration stopped;
        try (var second = start("stopped")) {
            stopped = restored(second, begun);
            second.kill();
        }
        begun = System.nanoTime();
        try (var third = start("killed")) {
            return new StateFigures(interactions, held, stopped, restored(third, begun));
        }
    }

    /** What one process holds and writes; it is stopped in order. */
    private StateFigures.Held load(Duration length) {
        long begun = System.nanoTime();
        try (var first = start("empty")) {
            var empty = ready(first, begun);
            double heapBefore = first.heapBytes();
            var behind = feed(first, length);
            return new StateFigures.Held(
                    first.heapBytes() - heapBefore,
                    first.metric("probeline_store_flushed_total", "store=\"interactions\""),
                    first.metric("probeline_store_flushed_bytes_total", "store=\"interactions\""),
                    broker.bytes(ProcessorPart.INTERACTIONS_CHANGELOG),
                    length,
                    behind,
                    empty);
        }
    }

    private ProcessorPart start(String how) {
        return ProcessorPart.start(name + "-" + how, Guarantee.EXACTLY_ONCE, JVM, site, broker);
    }

    private static Duration ready(ProcessorPart processor, long begun) {
        processor.awaitReady(START);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private Duration restored(ProcessorPart processor, long begun) {
        var time = ready(processor, begun);
        long held = held(processor);
        if (held != interactions) {
            throw new AssertionError("ready with the state of " + held + " of " + interactions + " interactions");
        }
        return time;
    }

    private static long held(ProcessorPart processor) {
        return (long) processor.metric("probeline_store_entries", "store=\"interactions\"");
    }

    /** How far behind real time its last frames were; returns when the processor has committed all of them. */
    private Duration feed(ProcessorPart processor, Duration length) {
        long records = interactions * length.dividedBy(TelemetryLoad.PERIOD);
        var start = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        new TelemetryFill(site.registry())
                .writeInRealTime(new TelemetryLoad(records, interactions, start, SEED), broker.kafka());
        var behind = Duration.between(start.plus(length), Instant.now());
        var ends = broker.ends(Topics.TELEMETRY.name());
        broker.awaitCommitted(ProcessorPart.GROUP, ends, processor.part(), CATCH_UP);
        Await.until("the state of all interactions", START, () -> held(processor) == interactions);
        return behind.isNegative() ? Duration.ZERO : behind;
    }
}
