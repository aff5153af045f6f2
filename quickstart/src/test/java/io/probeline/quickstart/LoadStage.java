package io.probeline.quickstart;

import io.probeline.processor.ProcessorConfig;
import io.probeline.processor.StreamProcessor;
import io.probeline.processor.TranscriptPolicy;
import io.probeline.record.Aggregate;
import io.probeline.record.LineKind;
import io.probeline.record.TranscriptLine;
import io.probeline.record.TranscriptReceipt;
import io.probeline.runtime.Http;
import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import io.probeline.testkit.EmbeddedKafka;
import io.probeline.testkit.GenesysServer;
import io.probeline.testkit.RegistryServer;
import io.probeline.transcript.SinkConfig;
import io.probeline.transcript.TranscriptSink;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker, a registry and a contact centre of their own; a processor that says every window; and as many sinks as are asked for. */
final class LoadStage implements Closeable {
    private static final long SEED = Long.getLong("seed", 20_261_124);

    private final Deque<Closeable> parts = new ArrayDeque<>();
    private final Deque<Running> sinks = new ArrayDeque<>();
    private final EmbeddedKafka kafka;
    private final RegistryServer registry;
    private final HttpSchemaRegistry schemas;
    private final Committed<TranscriptLine> lines;
    private final Committed<TranscriptReceipt> receipts;
    final GenesysServer genesys;

    LoadStage(Path folder, int instances) throws IOException {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        parts.push(kafka);
        registry = RegistryServer.start(0, folder.resolve("registry"));
        parts.push(registry);
        genesys = GenesysServer.start(0);
        parts.push(genesys);
        genesys.welcome();
        var http = Http.within(Duration.ofSeconds(10));
        parts.push(http::close);
        schemas = new HttpSchemaRegistry(registry.url(), http.client());
        try (var admin = Admin.create(settings().client("load-setup"))) {
            new TopicSetup(admin).ensure(Topics.standing());
        }
        var processor = StreamProcessor.start(everyWindow(), World.real());
        parts.push(processor::close);
        lines = new Committed<>(kafka.bootstrapServers(), Topics.TRANSCRIPT, schemas);
        parts.push(lines::close);
        receipts = new Committed<>(kafka.bootstrapServers(), Topics.TRANSCRIPT_RECEIPTS, schemas);
        parts.push(receipts::close);
        for (int i = 0; i < instances; i++) {
            sinkJoins();
        }
    }

    private ProcessorConfig everyWindow() {
        var usual = ProcessorConfig.at(settings(), registry.url());
        return new ProcessorConfig(
                TranscriptPolicy.EVERY_WINDOW,
                usual.metricRules(),
                usual.sessionMaxAge(),
                usual.sessionIdle(),
                usual.kafka(),
                usual.schemaRegistryUrl(),
                0);
    }

    void sinkJoins() {
        var client = new SinkConfig.Client("probeline", "genesys-secret");
        sinks.addLast(
                TranscriptSink.start(SinkConfig.at(genesys.url(), client, settings(), registry.url()), World.real()));
    }

    /** As an operator ends it: what it had goes to the others. */
    void sinkLeaves() {
        sinks.removeFirst().close();
    }

    /** So many calls, for so long; {@code each} is run at every beat with the time since the start. */
    void load(int calls, Duration length, Consumer<Duration> each) {
        try (var producer = new KafkaProducer<>(
                settings().producer("load"), new ByteArraySerializer(), new ByteArraySerializer())) {
            var load = new CallLoad(producer, schemas, calls, SEED);
            long begin = System.nanoTime();
            long next = begin;
            while (System.nanoTime() - begin < length.toNanos()) {
                load.beat(Instant.now());
                each.accept(Duration.ofNanos(System.nanoTime() - begin));
                next += CallLoad.beat().toNanos();
                while (System.nanoTime() < next) {
                    lines.poll(Duration.ofMillis(5));
                }
            }
            load.end(Instant.now());
        }
    }

    /** Waits until each line has its receipt. */
    void drain(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!settled()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not said within " + limit + ": "
                        + lines.all().size() + " lines, " + receipts.all().size() + " receipts");
            }
            LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
        }
    }

    private boolean settled() {
        var said = receipts.all().stream().map(TranscriptReceipt::getLineId).collect(Collectors.toSet());
        var given = lines.all();
        return given.stream().anyMatch(line -> line.getKind() == LineKind.ENDED)
                && given.stream().allMatch(line -> said.contains(line.getLineId()));
    }

    List<Committed.Seen<TranscriptLine>> lines() {
        return lines.poll(Duration.ZERO);
    }

    WindowCover.History history() {
        List<Aggregate> windows = new ArrayList<>();
        try (var aggregates = new Committed<>(kafka.bootstrapServers(), Topics.AGGREGATES, schemas)) {
            windows.addAll(aggregates.all());
        }
        var taken = genesys.allMessages().stream()
                .map(message -> WindowCover.said(message.interactionId(), message.timestamp(), message.text()))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return new WindowCover.History(windows, lines.all(), receipts.all(), taken);
    }

    private KafkaSettings settings() {
        return KafkaSettings.at(kafka.bootstrapServers());
    }

    @Override
    public void close() throws IOException {
        sinks.forEach(Running::close);
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }
}
