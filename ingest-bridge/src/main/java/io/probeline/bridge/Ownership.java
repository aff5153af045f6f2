package io.probeline.bridge;

import io.probeline.record.Session;
import io.probeline.runtime.KafkaSettings;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * sessions ──▶ devices that are ours: one consumer group over {@code sessions}, whose member of a partition holds the sockets of the
 * partition's devices, and whose generation is the fence in front of their commands. Each partition is read from its beginning.
 */
final class Ownership {
    static final String GROUP = "probeline.ingest-bridge";
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ASKING = Duration.ofSeconds(5);

    /** A handover waits so long for what is in flight, within the five seconds that a service has to close. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private static final Duration A_LOOK = Duration.ofMillis(20);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Intake<Session> intake;
    private final History history;
    private final DeviceLines lines;
    private final GroupCommits commits;
    private final BlockedPartitions blocked;
    private final World world;
    private final ExecutorService aside = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<TopicPartition, OwnedSessions> owned = new HashMap<>();
    private final Map<TopicPartition, CompletableFuture<Map<String, RunIds>>> histories = new HashMap<>();
    private volatile boolean running = true;
    private volatile boolean joined;
    private volatile boolean owning;

    private Ownership(
            KafkaConsumer<byte[], byte[]> consumer,
            Intake<Session> intake,
            History history,
            DeviceLines lines,
            GroupCommits commits,
            World world) {
        this.consumer = consumer;
        this.intake = intake;
        this.history = history;
        this.lines = lines;
        this.commits = commits;
        this.blocked = new BlockedPartitions(consumer, world);
        this.world = world;
    }

    /** The group's consumer; what the operator sets wins, but for what ownership stands on. */
    static KafkaConsumer<byte[], byte[]> member(KafkaSettings kafka) {
        var config = settings(kafka);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static Duration sessionTimeout(KafkaSettings kafka) {
        return Duration.ofMillis(
                Long.parseLong(String.valueOf(settings(kafka).get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG))));
    }

    private static Map<String, Object> settings(KafkaSettings kafka) {
        var config = kafka.consumer("bridge-ownership");
        config.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000");
        config.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "2000");
        return config;
    }

    static Ownership open(
            KafkaConsumer<byte[], byte[]> consumer,
            Intake<Session> intake,
            History history,
            DeviceLines lines,
            GroupCommits commits,
            World world) {
        return new Ownership(consumer, intake, history, lines, commits, world);
    }

    /** @param failed hears of the failure that ends it */
    Part start(Consumer<Throwable> failed) {
        return Part.start(world, "ownership", this::run, this::stop, failed);
    }

    /** Empty while this bridge has its share of the partitions, however small, and Kafka confirms it. */
    Optional<String> trouble() {
        if (!joined) {
            return Optional.of("has not joined the group of owners yet");
        }
        return owning && !commits.confirmed()
                ? Optional.of("Kafka has not confirmed for a while what this bridge owns")
                : Optional.empty();
    }

    private void stop() {
        running = false;
        consumer.wakeup();
    }

    private void run() {
        try (consumer;
                aside) {
            consumer.subscribe(Set.of(Topics.SESSIONS.name()), new Rebalance());
            while (running) {
                turn();
            }
            settle();
            aside.shutdownNow();
        }
    }

    /** The last handover: the group goes on as usual until nothing is in flight any more, as far as that goes in time. */
    private void settle() {
        var settled = lines.release(
                owned.keySet().stream().map(TopicPartition::partition).collect(Collectors.toSet()));
        var woken = settled.thenRun(consumer::wakeup);
        long until = world.nanos() + SETTLING.toNanos();
        while (!woken.isDone() && world.nanos() - until < 0) {
            turn();
        }
    }

    private void turn() {
        try {
            commits.send();
            commits.renew(owned.keySet());
            blocked.release(_ -> true);
            var records = consumer.poll(POLL);
            records.partitions().forEach(partition -> read(partition, records.records(partition)));
            if (running) {
                owned.forEach(this::tell);
            }
        } catch (WakeupException e) {
            LOG.trace("there are commits, or it is time to close", e);
        } catch (RetriableException e) {
            LOG.warn("ownership can't be kept up just now: {}", e.getMessage());
        }
    }

    private void read(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        var sessions = owned.get(partition);
        if (sessions == null) {
            return;
        }
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

    /** Tells the lines what is new, once there is nothing old left to read. */
    private void tell(TopicPartition partition, OwnedSessions sessions) {
        var done = histories.get(partition);
        if (done == null || !done.isDone() || !sessions.rebuilt(consumer.position(partition))) {
            return;
        }
        var toOpen = sessions.toOpen(world.now());
        if (!toOpen.isEmpty()) {
            open(partition, toOpen, done.join());
        }
        sessions.toUpdate().forEach(lines::session);
        sessions.told(toOpen);
    }

    private void open(TopicPartition partition, List<Session> sessions, Map<String, RunIds> done) {
        var places =
                commits.committed(sessions.stream().map(Ownership::commands).collect(Collectors.toSet()), ASKING);
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

    /** What the group decides; called within the consumer's poll, on the ownership thread. */
    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            joined = true;
            if (partitions.isEmpty()) {
                return;
            }
            LOG.info("takes over {}", ids(partitions));
            consumer.beginningOffsets(partitions).forEach(consumer::seek);
            consumer.endOffsets(partitions).forEach((partition, end) -> owned.put(partition, new OwnedSessions(end)));
            var ids = ids(partitions);
            var read = CompletableFuture.supplyAsync(() -> history.read(ids), aside);
            var woken = read.whenComplete((_, _) -> consumer.wakeup());
            partitions.forEach(partition -> histories.put(partition, woken));
            owning = true;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            var ids = ids(partitions);
            LOG.info("gives away {}", ids);
            if (running) {
                settle(lines.release(ids));
            }
            drop(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            LOG.warn("lost {} to other bridges", ids(partitions));
            drop(partitions);
        }

        /** What is in flight gets its outcome, and the outcome its place, as far as that goes in time. */
        private void settle(CompletableFuture<Void> settled) {
            long until = world.nanos() + SETTLING.toNanos();
            while (!settled.isDone() && world.nanos() - until < 0) {
                commits.sendAndWait(SETTLING);
                try {
                    settled.get(A_LOOK.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    LOG.trace("not settled yet", e);
                } catch (InterruptedException | ExecutionException e) {
                    throw new IllegalStateException("nobody interrupts or fails this", e);
                }
            }
        }

        private void forget(Collection<TopicPartition> partitions) {
            partitions.forEach(owned::remove);
            partitions.forEach(histories::remove);
            blocked.forget(partitions);
            owning = !owned.isEmpty();
        }

        /** Within seconds, unless the device loop is stuck or dead, which its own health tells. */
        private void drop(Collection<TopicPartition> partitions) {
            try {
                lines.drop(ids(partitions)).get(SETTLING.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                LOG.warn("the device loop has not let go of {}", ids(partitions));
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException("nobody interrupts or fails this", e);
            }
            forget(partitions);
        }

        private Set<Integer> ids(Collection<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
        }
    }
}
