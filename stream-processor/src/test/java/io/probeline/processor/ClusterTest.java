package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.Alert;
import io.probeline.record.Telemetry;
import io.probeline.record.TranscriptLine;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.MetricRules;
import io.probeline.schemas.Topic;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import io.probeline.testkit.EmbeddedKafka;
import io.probeline.testkit.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okhttp3.OkHttpClient;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** With a real broker, and instances that are killed: what the topic holds is what a sequential reader of the topic finds, exactly once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterTest {
    /** The long form, by {@code -Dproofs=long}: a thousand sessions, and twelve kills. */
    private static final boolean LONG = "long".equals(System.getProperty("proofs"));

    private static final Duration LIMIT = Duration.ofSeconds(LONG ? 180 : 40);
    private static final int SESSIONS = LONG ? 1_000 : 40;
    private static final int ROUNDS = LONG ? 12 : 3;
    private static final int SECONDS_OF_A_ROUND = LONG ? 5 : 10;
    private static final String CHANGELOG = "probeline.stream-processor-interactions-changelog";

    private final OkHttpClient http = new OkHttpClient();
    private final List<Frames> sessions =
            IntStream.range(0, SESSIONS).mapToObj(i -> Frames.of("k" + i)).toList();

    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private Path folder = Path.of("");
    private EmbeddedKafka kafka;
    private RegistryServer registry;
    private Formats formats;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        kafka = EmbeddedKafka.start(
                folder.resolve("kafka"),
                0,
                Map.of(
                        "group.min.session.timeout.ms", "1000",
                        "transaction.abort.timed.out.transaction.cleanup.interval.ms", "200"));
        registry = RegistryServer.start(0, folder.resolve("registry"));
        formats = Formats.of(new HttpSchemaRegistry(registry.url(), http));
        try (var admin = Admin.create(KafkaSettings.at(kafka.bootstrapServers()).client("test"))) {
            new TopicSetup(admin).ensure(Topics.standing());
        }
    }

    @AfterAll
    void stop() throws IOException {
        registry.close();
        kafka.close();
        http.connectionPool().evictAll();
        http.dispatcher().executorService().shutdown();
    }

    @Test
    void killedInstancesLoseNothingAndRepeatNothing() throws IOException, InterruptedException {
        long seed = 99;
        var random = new Random(seed);
        var log = folder.resolve("children.log");
        try (var aggregates = new TopicReader(kafka.bootstrapServers(), Topics.AGGREGATES.name());
                var sequential = new Sequential();
                var producer = producer()) {
            var running = new ArrayList<Child>(List.of(child(log), child(log)));
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    int before = aggregates.read().size();
                    write(producer, round, random);
                    Await.until(
                            "findings of round " + round,
                            LIMIT,
                            () -> aggregates.read().size() > before + 10);
                    running.removeFirst().kill();
                    running.add(child(log));
                }
                assertStateIsInTheChangelog(sequential);
                end(producer);
                Await.until(
                        "all totals, seed " + seed,
                        LIMIT,
                        () -> totals(aggregates) == SESSIONS,
                        () -> totals(aggregates));
                assertEquals(0, running.removeFirst().terminate(), "a signal is no failure");
                compare(sequential.read(), seed);
                compareWithOracle(sequential, seed);
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "\n" + Files.readString(log), e);
            } finally {
                running.forEach(Child::close);
            }
        }
    }

    /** As bytes: what another instance would go on from is what a reader of the topic has in its hands. */
    private void assertStateIsInTheChangelog(Sequential sequential) {
        try (var changelog = new TopicReader(kafka.bootstrapServers(), CHANGELOG)) {
            var codec = new InteractionCodec(MetricRules::shipped);
            // Ticks come all the while, so each session is caught at a moment of its own.
            var left = sessions.stream().map(Frames::sessionId).collect(Collectors.toCollection(HashSet::new));
            Await.until("the changelog to hold the state of every session", LIMIT, () -> {
                var expected = sequential.read();
                var held = changelog.latest();
                left.removeIf(session -> expected.containsKey(session)
                        && Arrays.equals(
                                codec.encode(Objects.requireNonNull(expected.get(session))
                                        .interaction()),
                                held.get(session)));
                return left.isEmpty();
            });
            assertTrue(changelog.read().size() < sequential.records() / 2, "it is written seldom");
        }
    }

    private void compare(Map<String, Found> expected, long seed) {
        var aggregates = bySession(Topics.AGGREGATES, formats.aggregates(), Aggregate::getSessionId);
        var alerts = bySession(Topics.ALERTS, formats.alerts(), Alert::getSessionId);
        var lines = bySession(Topics.TRANSCRIPT, formats.transcript(), TranscriptLine::getSessionId);
        assertEquals(SESSIONS, expected.size());
        expected.forEach((session, found) -> {
            var why = session + ", seed " + seed;
            assertEquals(found.aggregates, aggregates.get(session), why);
            assertEquals(found.alerts, alerts.getOrDefault(session, List.of()), why);
            assertEquals(found.lines, lines.get(session), why);
            assertTrue(found.aggregates.size() > 20, why);
        });
    }

    /** Every window of every session by plain code over the raw topic: none is missing, none is there twice, and each agrees to the last digit. */
    private void compareWithOracle(Sequential sequential, long seed) {
        var aggregates = bySession(Topics.AGGREGATES, formats.aggregates(), Aggregate::getSessionId);
        var raw = sequential.raw();
        long windows = 0;
        for (var session : raw.keySet()) {
            var oracle = new Oracle(Objects.requireNonNull(raw.get(session)));
            var found = aggregates.getOrDefault(session, List.of());
            for (long length : List.of(Interaction.FAST, Interaction.SLOW)) {
                var expected = oracle.windows(length);
                assertEquals(
                        String.join("\n", expected),
                        String.join("\n", OracleTest.windows(found, length)),
                        session + ", seed " + seed);
                windows += expected.size();
            }
        }
        System.out.println("killed " + ROUNDS + " times: " + raw.size() + " sessions, " + sequential.records()
                + " records, " + windows + " windows as the oracle finds them");
    }

    private <T extends SpecificRecord> Map<String, List<T>> bySession(
            Topic<T> topic, AvroFormat<T> format, Function<T, String> session) {
        try (var reader = new TopicReader(kafka.bootstrapServers(), topic.name())) {
            return reader.read().stream()
                    .map(record -> decoded(format, record))
                    .collect(Collectors.groupingBy(session));
        }
    }

    /** The telemetry topic read from its beginning by one reader, which keeps what it finds in each session. */
    private final class Sequential implements AutoCloseable {
        private final TopicReader telemetry = new TopicReader(kafka.bootstrapServers(), Topics.TELEMETRY.name());
        private final Map<String, Found> found = new LinkedHashMap<>();
        private int read;

        int records() {
            return telemetry.read().size();
        }

        Map<String, List<Telemetry>> raw() {
            return telemetry.read().stream()
                    .map(record -> decoded(formats.telemetry(), record))
                    .collect(Collectors.groupingBy(Telemetry::getSessionId, LinkedHashMap::new, Collectors.toList()));
        }

        Map<String, Found> read() {
            var all = telemetry.read();
            for (var record : all.subList(read, all.size())) {
                var value = decoded(formats.telemetry(), record);
                found.computeIfAbsent(value.getSessionId(), id -> new Found(TranscriptPolicy.EVERY_WINDOW))
                        .accept(value);
            }
            read = all.size();
            return found;
        }

        @Override
        public void close() {
            telemetry.close();
        }
    }

    private long totals(TopicReader aggregates) {
        return aggregates.read().stream()
                .map(record -> decoded(formats.aggregates(), record))
                .filter(aggregate -> aggregate.getKind() == AggregateKind.TOTAL)
                .map(Aggregate::getSessionId)
                .distinct()
                .count();
    }

    private static <T extends SpecificRecord> T decoded(AvroFormat<T> format, ConsumerRecord<String, byte[]> record) {
        return switch (format.decode(record.value())) {
            case Decoded.Ok<T>(var value) -> value;
            case Decoded.Rejected<T> rejected -> throw new AssertionError(rejected.toString());
        };
    }

    /** Some seconds of every session, as fast as the broker takes them. */
    private void write(KafkaProducer<String, byte[]> producer, int round, Random random) {
        for (int tenth = 0; tenth < 10 * SECONDS_OF_A_ROUND; tenth++) {
            for (var session : sessions) {
                send(
                        producer,
                        session.frame(
                                round * SECONDS_OF_A_ROUND + tenth / 10.0,
                                Map.of(
                                        "signal_strength", -75 + random.nextGaussian() * 10,
                                        "latency", 100 + random.nextGaussian() * 100)));
            }
        }
        flush(producer);
    }

    private void end(KafkaProducer<String, byte[]> producer) {
        sessions.forEach(session -> send(producer, session.end(ROUNDS * SECONDS_OF_A_ROUND + 1)));
        flush(producer);
    }

    private void flush(KafkaProducer<String, byte[]> producer) {
        producer.flush();
        sent.forEach(Future::resultNow);
        sent.clear();
    }

    private void send(KafkaProducer<String, byte[]> producer, Telemetry record) {
        sent.add(producer.send(new ProducerRecord<>(
                Topics.TELEMETRY.name(),
                record.getInteractionId(),
                formats.telemetry().encode(record))));
    }

    private KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(
                KafkaSettings.at(kafka.bootstrapServers()).producer("test"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private Child child(Path log) throws IOException {
        return Child.start(kafka, registry, log);
    }
}
