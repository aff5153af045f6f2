package io.probeline.bridge;

import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.World;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
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
 * partition's devices, and whose generation is the fence in front of their commands.
 *
 * <p>The group's other offsets are the lanes' places, see {@link GroupCommits}; those of {@code sessions} itself are committed for the
 * lease alone, since each owner reads from the beginning.
 */
final class Ownership {
    static final String GROUP = "probeline.ingest-bridge";
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** A handover waits so long for what is in flight, within the five seconds that a service has to close. */
    private static final Duration SETTLING = Duration.ofSeconds(3);

    private static final Duration A_LOOK = Duration.ofMillis(20);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final DeviceLines lines;
    private final GroupCommits commits;
    private final OwnedPartitions owned;
    private final World world;
    private volatile boolean running = true;
    private volatile boolean joined;
    private volatile boolean owning;

    /** @param consumer a {@link #member} of the group; this closes it */
    Ownership(
            KafkaConsumer<byte[], byte[]> consumer,
            OwnedPartitions owned,
            DeviceLines lines,
            GroupCommits commits,
            World world) {
        this.consumer = consumer;
        this.owned = owned;
        this.lines = lines;
        this.commits = commits;
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
        var millis = settings(kafka).get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
        return Duration.ofMillis(Long.parseLong(String.valueOf(millis)));
    }

    private static Map<String, Object> settings(KafkaSettings kafka) {
        var config = kafka.consumer("bridge-ownership");
        config.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000");
        config.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "2000");
        return config;
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
                owned) {
            consumer.subscribe(Set.of(Topics.SESSIONS.name()), new Rebalance());
            while (running) {
                turn();
            }
            settle();
        }
    }

    private void turn() {
        try {
            commits.send();
            commits.renew(owned);
            owned.read(consumer.poll(POLL));
            if (running) {
                owned.tell();
            }
        } catch (WakeupException e) {
            LOG.trace("there are commits, or it is time to close", e);
        } catch (RetriableException e) {
            LOG.warn("ownership can't be kept up just now: {}", e.getMessage());
        }
    }

    /** The last handover: the group goes on as usual until nothing is in flight any more, as far as that goes in time. */
    private void settle() {
        var settled = lines.release(ids(owned.all())).thenRun(consumer::wakeup);
        long until = world.nanos() + SETTLING.toNanos();
        while (!settled.isDone() && world.nanos() - until < 0) {
            turn();
        }
    }

    private static Set<Integer> ids(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
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
            owning = true;
            owned.take(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            LOG.info("gives away {}", ids(partitions));
            if (running) {
                serve(lines.release(ids(partitions)));
            }
            drop(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            LOG.warn("lost {} to other bridges", ids(partitions));
            drop(partitions);
        }

        /** What is in flight gets its outcome, and the outcome its place: within a rebalance nobody polls, so the commits are made here. */
        private void serve(Future<Void> settled) {
            long until = world.nanos() + SETTLING.toNanos();
            boolean done = false;
            while (!done && world.nanos() - until < 0) {
                commits.sendAndWait(SETTLING);
                done = await(settled, A_LOOK);
            }
        }

        /** Waits for as long as it takes: with lanes that live on, a new generation would be taken for theirs. */
        private void drop(Collection<TopicPartition> partitions) {
            var dropped = lines.drop(ids(partitions));
            while (!await(dropped, SETTLING) && running) {
                LOG.warn("the device loop has not let go of {} yet", ids(partitions));
            }
            owned.forget(partitions);
            owning = !owned.all().isEmpty();
        }

        private boolean await(Future<Void> future, Duration limit) {
            try {
                future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException("nobody interrupts or fails this", e);
            }
        }
    }
}
