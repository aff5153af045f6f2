package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path data;

    @Test
    void transactionsAndOffsetsSurviveARestartOnOtherPorts() throws Exception {
        int first;
        try (var kafka = EmbeddedKafka.start(data, 0)) {
            first = kafka.port();
            createTopic(kafka);
            produce(kafka, "one", "two");
            assertEquals(List.of("one", "two"), consume(kafka, 2));
        }
        try (var holder = StubHttp.start(first, request -> StubHttp.Response.empty(404));
                var kafka = EmbeddedKafka.start(data, 0)) {
            assertEquals(first, holder.port());
            produce(kafka, "three");
            assertEquals(List.of("three"), consume(kafka, 1), "the group goes on where it was");
        }
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (var holder = StubHttp.start(0, request -> StubHttp.Response.empty(404))) {
            var taken = assertThrows(BindException.class, () -> EmbeddedKafka.start(data, holder.port()));
            assertEquals("port %d on 127.0.0.1 is taken".formatted(holder.port()), taken.getMessage());
        }
    }

    @Test
    void aFolderBelongsToOneBroker() throws Exception {
        try (var first = EmbeddedKafka.start(data, 0)) {
            var refused = assertThrows(IOException.class, () -> EmbeddedKafka.start(data, 0));
            assertEquals("another Kafka uses " + data, refused.getMessage());
            createTopic(first);
        }
    }

    @Test
    void asAProcessItSaysWhenItIsReadyAndEndsOnSigterm() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedKafka.class.getName(),
                        "" + data,
                        "0")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var out = process.inputReader(StandardCharsets.UTF_8)) {
            var line = Optional.ofNullable(out.readLine()).orElse("nothing");
            assertEquals("kafka 127.0.0.1:", line.replaceAll("\\d+$", ""));
            process.destroy();
            Await.until("the broker's end", LIMIT, () -> !process.isAlive());
            assertEquals(143, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    private static void createTopic(EmbeddedKafka kafka) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("words", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static void produce(EmbeddedKafka kafka, String... words) {
        var config = Map.<String, Object>of(
                "bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "writer", "max.block.ms", "20000");
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (var word : words) {
                var _ = producer.send(new ProducerRecord<>("words", word));
            }
            producer.commitTransaction();
        }
    }

    private static List<String> consume(EmbeddedKafka kafka, int count) {
        var config = Map.<String, Object>of(
                "bootstrap.servers", kafka.bootstrapServers(),
                "group.id", "readers",
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("words"));
            var words = new ArrayList<String>();
            Await.until(count + " words", LIMIT, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> words.add(record.value()));
                return words.size() >= count;
            });
            consumer.commitSync();
            return words;
        }
    }
}
