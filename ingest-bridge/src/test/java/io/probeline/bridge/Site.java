package io.probeline.bridge;

import io.probeline.record.Cancellation;
import io.probeline.record.Command;
import io.probeline.record.DeadLetter;
import io.probeline.record.DeviceEvent;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.Outcome;
import io.probeline.record.RequestedCommand;
import io.probeline.record.Session;
import io.probeline.record.SessionState;
import io.probeline.record.Telemetry;
import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Catalogue;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.Topic;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import io.probeline.testkit.DeviceBackend;
import io.probeline.testkit.EmbeddedKafka;
import io.probeline.testkit.RegistryServer;
import io.probeline.testkit.ScriptedAppliance;
import io.probeline.testkit.VaultServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.OkHttpClient;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A real Kafka, registry, vault and device backend, with any number of bridges between them; the test plays the stream processor and the gateway. */
final class Site implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(20);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Deque<AutoCloseable> bridges = new ArrayDeque<>();
    private final Path folder;
    private EmbeddedKafka broker;
    private final RegistryServer registryServer;
    private final HttpSchemaRegistry registry;
    private final OkHttpClient http = new OkHttpClient();
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Session> sessions = new HashMap<>();
    private final TopicTail tail;
    final VaultServer vault;
    final DeviceBackend backend;
    Duration heartbeat = Duration.ofMillis(500);

    private Site(Path folder) throws IOException {
        this.folder = folder;
        broker = broker(0);
        parts.push(() -> broker.close());
        registryServer = add(RegistryServer.start(0, folder.resolve("registry.jsonl")));
        vault = add(VaultServer.start(0));
        backend = add(DeviceBackend.start(0));
        registry = new HttpSchemaRegistry(registryServer.url(), http);
        try (var admin = Admin.create(kafka().client("site"))) {
            new TopicSetup(admin).ensure(Topics.standing());
        }
        producer = add(
                new KafkaProducer<>(kafka().producer("site"), new ByteArraySerializer(), new ByteArraySerializer()));
        tail = add(TopicTail.of(kafka(), registry));
    }

    static Site open(Path folder) throws IOException {
        return new Site(folder);
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    private EmbeddedKafka broker(int port) throws IOException {
        return EmbeddedKafka.start(folder.resolve("kafka"), port, Map.of("group.min.session.timeout.ms", "1000"));
    }

    /** Takes Kafka away, and brings it back when the test has done this. */
    void withoutKafka(Runnable meanwhile) throws IOException {
        broker.close();
        meanwhile.run();
        broker = broker(broker.port());
    }

    private <T extends AutoCloseable> T bridging(T bridge) {
        bridges.push(bridge);
        return bridge;
    }

    /** Ends every bridge that still runs. */
    void endBridges() throws Exception {
        while (!bridges.isEmpty()) {
            bridges.pop().close();
        }
    }

    private KafkaSettings kafka() {
        return KafkaSettings.at(broker.bootstrapServers());
    }

    /** A bridge that gives up a member of its group after three seconds, so that a test of that does not take ten. */
    Running bridge() {
        return bridge(World.real());
    }

    Running bridge(World world) {
        var given = new HashMap<>(kafka().given());
        given.put("session.timeout.ms", "3000");
        given.put("heartbeat.interval.ms", "500");
        var config = new BridgeConfig(
                new KafkaSettings(given),
                registryServer.url(),
                0,
                backend.url(),
                new VaultConfig(vault.url(), new Secret(vault.token()), VaultConfig.DEFAULT_PATH),
                heartbeat,
                3,
                Catalogue.shipped());
        return bridging(IngestBridge.start(config, world));
    }

    /** The same as a process of its own, by its environment. */
    BridgeProcess process() throws IOException {
        return bridging(BridgeProcess.start(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                "KAFKA_SESSION_TIMEOUT_MS", "3000",
                "KAFKA_HEARTBEAT_INTERVAL_MS", "500",
                "SCHEMA_REGISTRY_URL", registryServer.url(),
                "ADMIN_PORT", "0",
                "DEVICE_BACKEND_URL", backend.url(),
                "VAULT_ADDR", vault.url(),
                "VAULT_TOKEN", vault.token(),
                "HEARTBEAT_INTERVAL", heartbeat.toMillis() + "ms")));
    }

    /** A device with its secret and its command topic. */
    ScriptedAppliance device(String device) {
        var appliance = new ScriptedAppliance();
        backend.register(device, "canary-" + device, appliance);
        vault.put(device, "canary-" + device);
        topic(device);
        return appliance;
    }

    void topic(String device) {
        try (var admin = Admin.create(kafka().client("site"))) {
            new TopicSetup(admin).ensure(List.of(Topics.commands(new DeviceId(device))));
        }
    }

    /** The device's queue goes, as after a day without a session, and is made anew. */
    void topicAnew(String device) {
        var name = Topics.commands(new DeviceId(device)).name();
        try (var admin = Admin.create(kafka().client("site"))) {
            admin.deleteTopics(List.of(name)).all().get(20, TimeUnit.SECONDS);
            Await.until("the old queue's end", SOON, () -> !stands(admin, name));
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the queue was not removed", e);
        }
        topic(device);
    }

    private static boolean stands(Admin admin, String topic) {
        try {
            return admin.listTopics().names().get(20, TimeUnit.SECONDS).contains(topic);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("Kafka does not say which topics there are", e);
        }
    }

    /** The device's next session, after the one that it has had. */
    Session next(String device, SessionState state) {
        var before = latest(device);
        return session(Session.newBuilder(before)
                .setSessionId(before.getSessionId() + "-next")
                .setGeneration(before.getGeneration() + 1)
                .setState(state)
                .setCancelled(List.of())
                .setClosedAt(null)
                .setOpenedAt(now())
                .setUpdatedAt(now())
                .build());
    }

    /** The device's first session, in this state. */
    Session session(String device, SessionState state) {
        return session(device, state, null);
    }

    Session session(String device, SessionState state, @Nullable String reason) {
        return session(first(device, state).setReason(reason).build());
    }

    private static Session.Builder first(String device, SessionState state) {
        return Session.newBuilder()
                .setInteractionId("call-" + device)
                .setSessionId("session-" + device)
                .setDeviceId(device)
                .setGeneration(1)
                .setCustomerId("customer")
                .setState(state)
                .setCommands(List.of())
                .setOpenedAt(now())
                .setOpenedBy("test")
                .setUpdatedAt(now())
                .setActiveAt(now());
    }

    Session session(Session session) {
        sessions.put(session.getDeviceId(), session);
        write(Topics.SESSIONS, session.getDeviceId(), session);
        return session;
    }

    /** The device's first session, which was asked for with this command. */
    Session sessionFor(String device, String commandId, String command) {
        return session(first(device, SessionState.INITIATED)
                .setCommands(List.of(new RequestedCommand(commandId, command)))
                .build());
    }

    /** The same session, in another state. */
    Session becomes(String device, SessionState state) {
        var before = latest(device);
        return session(Session.newBuilder(before)
                .setState(state)
                .setClosedAt(state == SessionState.CLOSED ? now() : null)
                .setUpdatedAt(now())
                .build());
    }

    private Session latest(String device) {
        return Objects.requireNonNull(sessions.get(device), "the device has no session yet");
    }

    void cancel(String device, String commandId) {
        var before = latest(device);
        var all = new ArrayList<>(before.getCancelled());
        all.add(new Cancellation(commandId, null, "agent", now()));
        session(Session.newBuilder(before).setCancelled(all).build());
    }

    /** Puts a command of the device's present session into its queue; its place is returned. */
    long command(String device, String commandId, String command) {
        return command(device, commandId, command, Duration.ofSeconds(10));
    }

    long command(String device, String commandId, String command, Duration deadline) {
        return command(device, commandId, command, deadline, Duration.ofMinutes(5));
    }

    /** @param patience how long it may wait for its turn */
    long command(String device, String commandId, String command, Duration deadline, Duration patience) {
        var session = latest(device);
        return write(
                Topics.commands(new DeviceId(device)),
                device,
                Command.newBuilder()
                        .setCommandId(commandId)
                        .setInteractionId(session.getInteractionId())
                        .setSessionId(session.getSessionId())
                        .setDeviceId(device)
                        .setGeneration(session.getGeneration())
                        .setCommand(command)
                        .setParams("{}")
                        .setRequestedBy("agent")
                        .setRequestedAt(now())
                        .setDeadlineMillis(deadline.toMillis())
                        .setExpiresAt(now().plus(patience))
                        .build());
    }

    /** That a command has ended, as another owner has written it at that time, without the command's place. */
    void ended(String device, String commandId, Instant at) {
        var session = latest(device);
        var event = DeviceEvent.newBuilder()
                .setKind(DeviceEventKind.COMMAND_DONE)
                .setInteractionId(session.getInteractionId())
                .setSessionId(session.getSessionId())
                .setDeviceId(device)
                .setGeneration(session.getGeneration())
                .setAt(at)
                .setBridge("another")
                .setCommandId(commandId)
                .setOutcome(Outcome.OK)
                .build();
        var bytes = new AvroFormat<>(Topics.DEVICE_EVENTS, registry).encode(event);
        sent(new ProducerRecord<>(
                Topics.DEVICE_EVENTS.name(), null, at.toEpochMilli(), device.getBytes(StandardCharsets.UTF_8), bytes));
    }

    /** What the owners' group has committed for the partitions of {@code sessions}; the group has no members now. */
    void vouched(Instant at) {
        var sessions = Topics.SESSIONS;
        var places = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (int partition = 0; partition < sessions.partitions(); partition++) {
            places.put(
                    new TopicPartition(sessions.name(), partition),
                    new OffsetAndMetadata(0, new Vouched(at).metadata(Duration.ZERO, at)));
        }
        try (var admin = Admin.create(kafka().client("site"))) {
            admin.alterConsumerGroupOffsets(Ownership.GROUP, places).all().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the group's places were not taken", e);
        }
    }

    /** Bytes that are no record, where commands are expected. */
    void garbage(String device) {
        send(Topics.commands(new DeviceId(device)).name(), device, "garbage".getBytes(StandardCharsets.UTF_8));
    }

    List<DeviceEvent> events(String device) {
        return tail.events().stream()
                .filter(event -> event.getDeviceId().equals(device))
                .toList();
    }

    List<DeviceEventKind> kinds(String device) {
        return events(device).stream().map(DeviceEvent::getKind).toList();
    }

    List<DeviceEvent> events(String device, DeviceEventKind kind) {
        return events(device).stream().filter(event -> event.getKind() == kind).toList();
    }

    DeviceEvent await(String device, DeviceEventKind kind) {
        return await(device, kind, 1);
    }

    /** The nth event of this kind. */
    DeviceEvent await(String device, DeviceEventKind kind, int nth) {
        return Await.value(
                kind + " no. " + nth + " of " + device,
                SOON,
                () -> events(device, kind).stream().skip(nth - 1L).findFirst());
    }

    DeviceEvent outcome(String device, String commandId) {
        return Await.value("an outcome of " + commandId, SOON, () -> done(device, commandId));
    }

    private Optional<DeviceEvent> done(String device, String commandId) {
        return events(device, DeviceEventKind.COMMAND_DONE).stream()
                .filter(event -> event.getCommandId().orElse("").equals(commandId))
                .findFirst();
    }

    List<Telemetry> telemetry(String device) {
        return tail.telemetry().stream()
                .filter(record -> record.getDeviceId().equals(device))
                .toList();
    }

    List<DeadLetter> deadLetters(String device) {
        return tail.deadLetters().stream()
                .filter(letter ->
                        letter.getDeviceId().orElse(letter.getSource()).endsWith(device))
                .toList();
    }

    /** Everything that was written, as text: for what must not be in it. */
    String everything() {
        return tail.everything();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private <T extends SpecificRecord> long write(Topic<T> topic, String key, T value) {
        return send(topic.name(), key, new AvroFormat<>(topic, registry).encode(value));
    }

    private long send(String topic, String key, byte[] value) {
        return sent(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
    }

    private long sent(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record).get(20, TimeUnit.SECONDS).offset();
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the site's own record was not taken", e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            endBridges();
            while (!parts.isEmpty()) {
                parts.pop().close();
            }
        } catch (Exception e) {
            throw new IOException("a part of the site did not close", e);
        }
    }
}
