package io.probeline.processor;

import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.Topic;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import io.probeline.testkit.EmbeddedKafka;
import io.probeline.testkit.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A broker, a registry, and the service as processes of their own, which come and go as a test wants. */
final class Cluster implements AutoCloseable {
    /** The long form of a proof, by {@code -Dproofs=long}. */
    static final boolean LONG = "long".equals(System.getProperty("proofs"));

    static final Duration LIMIT = Duration.ofSeconds(LONG ? 180 : 60);
    static final String CHANGELOG = "probeline.stream-processor-interactions-changelog";

    private final OkHttpClient http = new OkHttpClient();
    private final Deque<Child> children = new ArrayDeque<>();
    private final Path log;
    private final EmbeddedKafka kafka;
    private final RegistryServer registry;
    final Formats formats;

    Cluster(Path folder) throws IOException {
        log = Files.createFile(folder.resolve("children.log"));
        kafka = EmbeddedKafka.start(
                folder.resolve("kafka"),
                0,
                Map.of(
                        "group.min.session.timeout.ms", "1000",
                        "transaction.abort.timed.out.transaction.cleanup.interval.ms", "200"));
        registry = RegistryServer.start(0, folder.resolve("registry"));
        formats = Formats.of(new HttpSchemaRegistry(registry.url(), http));
        try (var admin = admin()) {
            new TopicSetup(admin).ensure(Topics.standing());
        }
    }

    /** One more instance of the program as it is. */
    Child start() throws IOException {
        return start(Optional.empty());
    }

    /** One more instance, of another version: with these classes before those of the same name. */
    Child start(Path classes) throws IOException {
        return start(Optional.of(classes));
    }

    private Child start(Optional<Path> classes) throws IOException {
        var child = Child.start(kafka, registry, classes, log);
        children.add(child);
        return child;
    }

    /** All that the instances have said. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    TopicReader reader(String topic) {
        return new TopicReader(kafka.bootstrapServers(), topic);
    }

    Admin admin() {
        return Admin.create(settings().client("test"));
    }

    KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(settings().producer("test"), new StringSerializer(), new ByteArraySerializer());
    }

    private KafkaSettings settings() {
        return KafkaSettings.at(kafka.bootstrapServers());
    }

    static <T extends SpecificRecord> T decoded(AvroFormat<T> format, ConsumerRecord<String, byte[]> record) {
        return switch (format.decode(record.value())) {
            case Decoded.Ok<T>(var value) -> value;
            case Decoded.Rejected<T> rejected -> throw new AssertionError(rejected.toString());
        };
    }

    /** How many records a topic has, as they are without its compaction. */
    int records(Topic<?> topic) {
        return records(topic.name());
    }

    int records(String topic) {
        try (var reader = reader(topic)) {
            return reader.read().size();
        }
    }

    @Override
    public void close() throws IOException {
        children.forEach(Child::close);
        registry.close();
        kafka.close();
        http.connectionPool().evictAll();
        http.dispatcher().executorService().shutdown();
    }
}
