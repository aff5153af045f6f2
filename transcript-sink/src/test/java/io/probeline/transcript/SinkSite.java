package io.probeline.transcript;

import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptLine;
import io.probeline.record.TranscriptReceipt;
import io.probeline.runtime.AdminPort;
import io.probeline.runtime.Http;
import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.Topic;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import io.probeline.testkit.EmbeddedKafka;
import io.probeline.testkit.GenesysServer;
import io.probeline.testkit.RegistryServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okhttp3.Request;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker, a registry and a Genesys, for tests of the whole sink. */
final class SinkSite implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);

    final EmbeddedKafka kafka;
    final RegistryServer registry;
    final Http http = Http.within(Duration.ofSeconds(5));
    final KafkaProducer<byte[], byte[]> producer;
    final AvroFormat<TranscriptLine> lines;
    final AvroFormat<TranscriptReceipt> receipts;
    GenesysServer genesys;
    private final List<CompletableFuture<Void>> ends = new CopyOnWriteArrayList<>();

    private int round;

    private SinkSite(Path folder) throws IOException {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        registry = RegistryServer.start(0, folder.resolve("registry"));
        genesys = genesys(0);
        var schemas = new HttpSchemaRegistry(registry.url(), http.client());
        lines = new AvroFormat<>(Topics.TRANSCRIPT, schemas);
        receipts = new AvroFormat<>(Topics.TRANSCRIPT_RECEIPTS, schemas);
        try (var admin = Admin.create(settings().client("test-setup"))) {
            new TopicSetup(admin).ensure(Topics.standing());
            Await.until("the partitions to be there", SOON, () -> hosted(admin));
        }
        producer =
                new KafkaProducer<>(settings().producer("test"), new ByteArraySerializer(), new ByteArraySerializer());
    }

    static SinkSite open(Path folder) throws IOException {
        return new SinkSite(folder);
    }

    /** Whether the broker has every partition: a producer that comes before that stumbles over its own retries. */
    private static boolean hosted(Admin admin) {
        var partitions = Topics.standing().stream()
                .flatMap(topic -> IntStream.range(0, topic.partitions())
                        .mapToObj(number -> new TopicPartition(topic.name(), number)))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        try {
            admin.listOffsets(partitions).all().get();
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    KafkaSettings settings() {
        // A rebalance is noticed by a heartbeat.
        return new KafkaSettings(Map.of("bootstrap.servers", kafka.bootstrapServers(), "heartbeat.interval.ms", "300"));
    }

    /** A Genesys that has seen nothing, and calls that nobody has heard of. */
    void fresh() throws IOException {
        genesys.close();
        genesys = genesys(0);
        round++;
        ends.clear();
    }

    /** The id of the n-th call of this test. */
    String call(int n) {
        return "call-" + round + "-" + n;
    }

    Running sink(SinkConfig.Target target) {
        return sink(target, 100_000);
    }

    Running sink(SinkConfig.Target target, int room) {
        var client = new SinkConfig.Client("probeline", "genesys-secret");
        var config =
                SinkConfig.at(genesys.url(), client, settings(), registry.url()).to(target);
        var running = TranscriptSink.start(config, World.real(), room);
        ends.add(running.end());
        return running;
    }

    /** What a sink answers on its admin port. */
    String admin(Running sink, String path) {
        int port = sink.part(AdminPort.class).orElseThrow().port();
        var request =
                new Request.Builder().url("http://127.0.0.1:" + port + path).build();
        try (var response = http.client().newCall(request).execute()) {
            return response.body().string();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On the topic, durably. */
    void say(TranscriptLine line) {
        raw(line.getInteractionId(), lines.encode(line));
    }

    /** The same for many. */
    void say(List<TranscriptLine> many) {
        many.forEach(line -> {
            var key = line.getInteractionId().getBytes(StandardCharsets.UTF_8);
            var _ = producer.send(new ProducerRecord<>(Topics.TRANSCRIPT.name(), key, lines.encode(line)));
        });
        producer.flush();
    }

    void raw(String key, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(Topics.TRANSCRIPT.name(), key.getBytes(StandardCharsets.UTF_8), value))
                    .get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Lines that Genesys has taken. */
    int said() {
        return genesys.allMessages().size() + genesys.writes().size();
    }

    /** The receipts of these lines, by line. */
    Map<String, List<TranscriptReceipt>> receipts(List<TranscriptLine> given) {
        var ids = given.stream().map(TranscriptLine::getLineId).collect(Collectors.toSet());
        var found = new HashMap<String, List<TranscriptReceipt>>();
        for (var value : all(Topics.TRANSCRIPT_RECEIPTS)) {
            if (receipts.decode(value) instanceof Decoded.Ok<TranscriptReceipt>(var receipt)
                    && ids.contains(receipt.getLineId())) {
                found.computeIfAbsent(receipt.getLineId(), id -> new ArrayList<>())
                        .add(receipt);
            }
        }
        return found;
    }

    /** Waits until each of these lines has a receipt; there must be one only. */
    Map<String, ReceiptState> settled(List<TranscriptLine> given) {
        var ids = given.stream().map(TranscriptLine::getLineId).collect(Collectors.toSet());
        Await.until(
                "receipts of " + ids.size() + " lines",
                Duration.ofSeconds(60),
                () -> {
                    ends.stream()
                            .filter(CompletableFuture::isCompletedExceptionally)
                            .forEach(CompletableFuture::join);
                    return receipts(given).keySet().containsAll(ids);
                },
                () -> ids.stream()
                        .filter(id -> !receipts(given).containsKey(id))
                        .toList());
        var found = receipts(given);
        found.forEach((id, all) -> {
            if (all.size() != 1) {
                throw new AssertionError(id + " has " + all.size() + " receipts");
            }
        });
        return found.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, e -> e.getValue().getFirst().getState()));
    }

    <T extends SpecificRecord> List<byte[]> all(Topic<T> topic) {
        var settings = settings().consumer("test-reader");
        var values = new ArrayList<byte[]>();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(p -> new TopicPartition(topic.name(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
                consumer.poll(Duration.ofMillis(50)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    @Override
    public void close() throws IOException {
        producer.close();
        genesys.close();
        registry.close();
        kafka.close();
        http.close();
    }

    private static GenesysServer genesys(int port) throws IOException {
        var genesys = GenesysServer.start(port);
        genesys.welcome();
        return genesys;
    }
}
