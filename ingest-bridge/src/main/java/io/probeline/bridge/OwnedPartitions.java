package io.probeline.bridge;

import io.probeline.record.Session;
import io.probeline.runtime.World;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.Ids;
import io.probeline.schemas.SchemaRegistry.RegistryException;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The partitions of {@code sessions} that are ours: reads each from its beginning, and tells the lines of its devices once all that is
 * needed to go on is there: the sessions as they stand, the places as they are committed, the outcomes as they were written. For the
 * ownership thread only.
 */
final class OwnedPartitions {
    private static final Duration ASKING = Duration.ofSeconds(5);

    /** Where a partition ends is asked for between two commits of the lanes, which must not wait longer than they are worth. */
    private static final Duration MEASURING = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final Intake<Session> intake;
    private final DeviceLines lines;
    private final World world;
    private final BlockedPartitions blocked;
    private final Map<TopicPartition, Owned> owned = new HashMap<>();

    /**
     * One of them.
     *
     * @param done which commands have an outcome, by device
     */
    private record Owned(OwnedSessions sessions, CompletableFuture<Map<String, RunIds>> done) {}

    OwnedPartitions(Consumer<byte[], byte[]> consumer, Intake<Session> intake, DeviceLines lines, World world) {
        this.consumer = consumer;
        this.intake = intake;
        this.lines = lines;
        this.world = world;
        this.blocked = new BlockedPartitions(consumer, world);
    }

    Set<TopicPartition> all() {
        return owned.keySet();
    }

    /**
     * Asks Kafka for nothing: within a rebalance an answer may not come, and what a rebalance gives it gives only once.
     *
     * @param done what the history will tell of these partitions
     */
    void take(Collection<TopicPartition> partitions, CompletableFuture<Map<String, RunIds>> done) {
        consumer.seekToBeginning(partitions);
        partitions.forEach(partition -> owned.put(partition, new Owned(new OwnedSessions(), done)));
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
            if (ours.done().isDone() && position.isPresent() && ours.sessions().rebuilt(position.getAsLong())) {
                tell(partition, ours.sessions(), ours.done().join());
            }
        });
    }

    /** Up to which place a partition has been read; nothing while Kafka has not said where it begins. */
    OptionalLong position(TopicPartition partition) {
        try {
            return OptionalLong.of(Awake.call(() -> consumer.position(partition, Duration.ZERO)));
        } catch (TimeoutException e) {
            return OptionalLong.empty();
        }
    }

    private void measure() {
        var unknown = new HashMap<TopicPartition, OwnedSessions>();
        owned.forEach((partition, ours) -> {
            if (!ours.sessions().measured()) {
                unknown.put(partition, ours.sessions());
            }
        });
        if (!unknown.isEmpty()) {
            var ends = Awake.call(() -> consumer.endOffsets(unknown.keySet(), MEASURING));
            unknown.forEach((partition, sessions) -> sessions.measure(ends.getOrDefault(partition, 0L)));
        }
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

    private void tell(TopicPartition partition, OwnedSessions sessions, Map<String, RunIds> done) {
        var toOpen = sessions.toOpen(world.now());
        if (!toOpen.isEmpty()) {
            open(partition, toOpen, done);
        }
        sessions.toUpdate().forEach(lines::session);
        sessions.told(toOpen);
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

    private static TopicPartition commands(Session session) {
        return new TopicPartition(
                Topics.commands(new DeviceId(session.getDeviceId())).name(), 0);
    }
}
