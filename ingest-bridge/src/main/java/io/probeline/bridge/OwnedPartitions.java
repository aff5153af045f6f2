package io.probeline.bridge;

import io.probeline.record.Session;
import io.probeline.runtime.World;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.Ids;
import io.probeline.schemas.SchemaRegistry.RegistryException;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of {@code sessions} that are ours: reads each from its beginning, and tells the lines of its devices once all that is
 * needed to go on is there: the sessions as they stand, the places as they are committed, the outcomes as they were written. For the
 * ownership thread only.
 */
final class OwnedPartitions implements AutoCloseable {
    private static final Duration ASKING = Duration.ofSeconds(5);

    /** Where a partition ends is asked for between two commits of the lanes, which must not wait longer than they are worth. */
    private static final Duration MEASURING = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final Intake<Session> intake;
    private final History history;
    private final DeviceLines lines;
    private final World world;
    private final BlockedPartitions blocked;
    private final Map<TopicPartition, Owned> owned = new HashMap<>();

    private final ExecutorService aside = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * One of them.
     *
     * @param at when it became ours, of {@link World#nanos}
     * @param past nothing while Kafka has not been asked for it
     */
    private record Owned(
            OwnedSessions sessions, long at, @Nullable Past past) {}

    /**
     * What those before have left.
     *
     * @param done which commands have an outcome, by device
     */
    private record Past(Vouched vouched, CompletableFuture<Map<String, RunIds>> done) {}

    OwnedPartitions(
            Consumer<byte[], byte[]> consumer,
            Intake<Session> intake,
            History history,
            DeviceLines lines,
            World world) {
        this.consumer = consumer;
        this.intake = intake;
        this.history = history;
        this.lines = lines;
        this.world = world;
        this.blocked = new BlockedPartitions(consumer, world);
    }

    Set<TopicPartition> all() {
        return owned.keySet();
    }

    /** Asks Kafka for nothing: within a rebalance an answer may not come, and what a rebalance gives it gives only once. */
    void take(Collection<TopicPartition> partitions) {
        consumer.seekToBeginning(partitions);
        partitions.forEach(partition -> owned.put(partition, new Owned(new OwnedSessions(), world.nanos(), null)));
    }

    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(owned::remove);
        blocked.forget(partitions);
    }

    void read(ConsumerRecords<byte[], byte[]> records) {
        blocked.release(_ -> true);
        records.partitions().forEach(partition -> {
            var ours = owned.get(partition);
            if (ours != null) {
                read(partition, ours.sessions(), records.records(partition));
            }
        });
    }

    /** Tells the lines what is new, once there is nothing old left to read. */
    void tell() {
        measure();
        owned.forEach((partition, ours) -> {
            var position = position(partition);
            var past = ours.past();
            if (past != null
                    && past.done().isDone()
                    && position.isPresent()
                    && ours.sessions().rebuilt(position.getAsLong())) {
                tell(partition, ours.sessions(), past);
            }
        });
    }

    /** What renews the lease of a partition: not before it is known what those before have left, which it would overwrite. */
    Optional<OffsetAndMetadata> renewal(TopicPartition partition) {
        var ours = owned.get(partition);
        if (ours == null || ours.past() == null) {
            return Optional.empty();
        }
        var held = Duration.ofNanos(world.nanos() - ours.at());
        var metadata = ours.past().vouched().metadata(held, world.now());
        return position(partition).stream()
                .mapToObj(place -> new OffsetAndMetadata(place, metadata))
                .findFirst();
    }

    /** Up to which place a partition has been read; nothing while Kafka has not said where it begins. */
    private OptionalLong position(TopicPartition partition) {
        try {
            return OptionalLong.of(Awake.call(() -> consumer.position(partition, Duration.ZERO)));
        } catch (TimeoutException e) {
            return OptionalLong.empty();
        }
    }

    private void measure() {
        var unknown = owned.entrySet().stream()
                .filter(ours -> ours.getValue().past() == null)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        if (unknown.isEmpty()) {
            return;
        }
        var ends = Awake.call(() -> consumer.endOffsets(unknown, MEASURING));
        var committed = Awake.call(() -> consumer.committed(unknown, MEASURING));
        var vouched = new HashMap<TopicPartition, Vouched>();
        unknown.forEach(partition -> vouched.put(partition, Vouched.of(committed.get(partition), world.now())));
        var since = new HashMap<Integer, Instant>();
        vouched.forEach((partition, before) -> since.put(partition.partition(), before.from()));
        var done = CompletableFuture.supplyAsync(() -> history.read(since), aside)
                .whenComplete((_, _) -> consumer.wakeup());
        vouched.forEach((partition, before) -> owned.computeIfPresent(partition, (_, ours) -> {
            ours.sessions().measure(ends.getOrDefault(partition, 0L));
            return new Owned(ours.sessions(), ours.at(), new Past(before, done));
        }));
    }

    private void read(TopicPartition partition, OwnedSessions sessions, List<ConsumerRecord<byte[], byte[]>> records) {
        for (var record : records) {
            try {
                session(record).ifPresent(sessions::put);
            } catch (RegistryException e) {
                blocked.block(partition, record.offset(), e);
                return;
            }
        }
    }

    private Optional<Session> session(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        return intake.read(record).filter(session -> {
            boolean sound = Ids.valid(session.getDeviceId())
                    && Ids.valid(session.getInteractionId())
                    && Ids.valid(session.getSessionId());
            if (!sound) {
                intake.reject(record, "malformed", "an id is none");
            }
            return sound;
        });
    }

    private void tell(TopicPartition partition, OwnedSessions sessions, Past past) {
        var toOpen = sessions.toOpen(relevant(past.vouched()));
        if (!toOpen.isEmpty()) {
            open(partition, toOpen, past.done().join());
        }
        sessions.toUpdate().forEach(lines::session);
        sessions.told(toOpen);
    }

    /** A session that ended before has no queue any more. */
    private Instant relevant(Vouched before) {
        var kept = world.now().minus(Topics.COMMANDS_KEPT);
        return before.from().isAfter(kept) ? before.from() : kept;
    }

    private void open(TopicPartition partition, List<Session> sessions, Map<String, RunIds> done) {
        var topics = sessions.stream().map(OwnedPartitions::commands).collect(Collectors.toSet());
        var places = Awake.call(() -> consumer.committed(topics, ASKING));
        for (var session : sessions) {
            var committed = places.get(commands(session));
            var place = committed == null
                    ? CommittedPlace.NONE
                    : CommittedPlace.of(committed.offset(), committed.metadata());
            var ids = done.getOrDefault(session.getDeviceId(), new RunIds());
            lines.open(new Takeover(partition.partition(), session, place, ids));
        }
    }

    /** Interrupts what still reads the past. */
    @Override
    public void close() {
        aside.shutdownNow();
        aside.close();
    }

    private static TopicPartition commands(Session session) {
        return new TopicPartition(
                Topics.commands(new DeviceId(session.getDeviceId())).name(), 0);
    }
}
