package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.SessionState;
import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.World;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import io.probeline.testkit.EmbeddedKafka;
import io.probeline.testkit.RegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as others start it: ready soon, quick to tell of a session, and gone within its time. */
class StreamProcessorTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int ROUNDS = 20;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void runsFromStartToClose() throws IOException, ExecutionException, InterruptedException {
        var http = new OkHttpClient();
        try (var kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                var registry = RegistryServer.start(0, folder.resolve("registry"))) {
            var config = config(kafka.bootstrapServers(), registry.url());
            long started = System.nanoTime();
            var running = StreamProcessor.start(config, World.real());
            assertFalse(running.end().isDone());
            Await.until("ready", LIMIT, () -> answer(http, config, "/health/ready") == 200);
            long ready = millisSince(started);

            long median = medianMillisToSession(kafka, new HttpSchemaRegistry(registry.url(), http));
            assertTrue(
                    body(http, config, "/metrics").contains("probeline_sessions_total{service=\"stream-processor\""),
                    "its own metrics");
            assertEquals(200, answer(http, config, "/health/live"));
            brokenRulesAreANoteOfAReadyService(http, config);
            internalTopicsAreThese(kafka);

            long closing = System.nanoTime();
            running.close();
            assertTrue(running.end().isDone());
            System.out.printf(
                    "ready after %d ms; request to session %d ms (median of %d); closed after %d ms%n",
                    ready, median, ROUNDS, millisSince(closing));
            assertTrue(millisSince(closing) < 5_000);
            // With the commit interval alone it would be half of that: 500.
            assertTrue(median < 400, () -> "the gateway waits for this: " + median + " ms");
        } finally {
            http.connectionPool().evictAll();
            http.dispatcher().executorService().shutdown();
        }
    }

    private void brokenRulesAreANoteOfAReadyService(OkHttpClient http, ProcessorConfig config) throws IOException {
        Files.writeString(config.metricRules().orElseThrow(), "version: 1\nframesPerSecond: fast\n");
        Await.until("the note", LIMIT, () -> body(http, config, "/health/ready").contains("metrics.yaml:2:"));
        assertEquals(200, answer(http, config, "/health/ready"));
        assertTrue(body(http, config, "/metrics").contains("outcome=\"refused\",service=\"stream-processor\"} 1.0"));
    }

    /** State stands in them under their names, for as long as a key has not gone: other names, or topics that forget, are a decision. */
    private static void internalTopicsAreThese(EmbeddedKafka kafka) throws ExecutionException, InterruptedException {
        try (var admin = Admin.create(KafkaSettings.at(kafka.bootstrapServers()).client("test"))) {
            var internal = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith("probeline.stream-processor"))
                    .sorted()
                    .toList();
            assertEquals(
                    List.of(
                            "probeline.stream-processor-interactions-changelog",
                            "probeline.stream-processor.sessions-sessions-changelog"),
                    internal);
            var resources = internal.stream()
                    .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                    .toList();
            for (var config : admin.describeConfigs(resources).all().get().values()) {
                assertEquals("compact", config.get("cleanup.policy").value());
                assertEquals("0.2", config.get("min.cleanable.dirty.ratio").value());
                assertEquals("600000", config.get("segment.ms").value());
            }
            for (var topic :
                    admin.describeTopics(internal).allTopicNames().get().values()) {
                assertEquals(Topics.TELEMETRY.partitions(), topic.partitions().size());
            }
            assertEquals(
                    List.of("probeline.stream-processor", "probeline.stream-processor.sessions"),
                    admin.listGroups().all().get().stream()
                            .map(GroupListing::groupId)
                            .sorted()
                            .toList());
        }
    }

    @Test
    void saysInOneLineWhyItCantStart() throws IOException {
        try (var kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
            var failure = assertThrows(
                    RuntimeException.class,
                    () -> StreamProcessor.start(config(kafka.bootstrapServers(), "http://127.0.0.1:1"), World.real()));
            assertEquals("the registry at 127.0.0.1:1 can't be asked", failure.getMessage());
        }
    }

    private static long medianMillisToSession(EmbeddedKafka kafka, HttpSchemaRegistry registry)
            throws ExecutionException, InterruptedException {
        var formats = Formats.of(registry);
        var times = new ArrayList<Long>();
        try (var sessions = new TopicReader(kafka.bootstrapServers(), Topics.SESSIONS.name());
                var producer = new KafkaProducer<>(
                        KafkaSettings.at(kafka.bootstrapServers()).producer("test"),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            for (int round = 0; round < ROUNDS; round++) {
                // An older one would be closed for its age at once.
                var open = SessionRequest.newBuilder(new Device("r" + round).open(0))
                        .setAt(World.real().now())
                        .build();
                var request = new ProducerRecord<>(
                        Topics.SESSION_REQUESTS.name(),
                        open.getDeviceId(),
                        formats.requests().encode(open));
                producer.send(request).get();
                long asked = System.nanoTime();
                var session = Await.value(
                        "the session",
                        LIMIT,
                        () -> Optional.ofNullable(sessions.latest().get(open.getDeviceId())));
                times.add(millisSince(asked));
                assertEquals(SessionState.INITIATED, state(formats, session));
            }
        }
        return times.stream().sorted().toList().get(ROUNDS / 2);
    }

    private static SessionState state(Formats formats, byte[] bytes) {
        return switch (formats.sessions().decode(bytes)) {
            case Decoded.Ok<Session>(var session) -> session.getState();
            case Decoded.Rejected<Session> rejected -> throw new AssertionError(rejected.toString());
        };
    }

    private ProcessorConfig config(String bootstrapServers, String registry) throws IOException {
        Files.writeString(
                folder.resolve("metrics.yaml"),
                "version: 1\nframesPerSecond: 10\nmetrics: {}\nothers: {kind: continuous, unit: '', window: 5s}\n");
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var config = ProcessorConfig.at(KafkaSettings.at(bootstrapServers), registry);
            return new ProcessorConfig(
                    config.transcriptPolicy(),
                    Optional.of(folder.resolve("metrics.yaml")),
                    config.sessionMaxAge(),
                    config.sessionIdle(),
                    config.kafka(),
                    config.schemaRegistryUrl(),
                    free.getLocalPort());
        }
    }

    private static int answer(OkHttpClient http, ProcessorConfig config, String path) {
        try (var response = http.newCall(request(config, path)).execute()) {
            return response.code();
        } catch (IOException e) {
            return -1;
        }
    }

    private static String body(OkHttpClient http, ProcessorConfig config, String path) {
        try (var response = http.newCall(request(config, path)).execute()) {
            return response.body().string();
        } catch (IOException e) {
            return "";
        }
    }

    private static Request request(ProcessorConfig config, String path) {
        return new Request.Builder()
                .url("http://127.0.0.1:" + config.adminPort() + path)
                .build();
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }
}
