package io.probeline.bridge;

import io.probeline.runtime.World;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Partitions of one consumer that wait for the registry, so that a record is neither skipped nor in the way of others. */
final class BlockedPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(BlockedPartitions.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final World world;
    private final Map<TopicPartition, Long> until = new HashMap<>();

    BlockedPartitions(Consumer<byte[], byte[]> consumer, World world) {
        this.consumer = consumer;
        this.world = world;
    }

    /** It will be read again from this record on. */
    void block(TopicPartition partition, long offset, Exception why) {
        LOG.warn("{} waits at {}: {}", partition, offset, why.getMessage());
        consumer.seek(partition, offset);
        consumer.pause(Set.of(partition));
        until.put(partition, world.nanos() + PAUSE.toNanos());
    }

    boolean contains(TopicPartition partition) {
        return until.containsKey(partition);
    }

    void forget(Collection<TopicPartition> partitions) {
        until.keySet().removeAll(partitions);
    }

    /** Reads on where the wait is over, and the caller has no other reason to pause. */
    void release(Predicate<TopicPartition> free) {
        long now = world.nanos();
        until.entrySet().removeIf(entry -> {
            boolean over = now - entry.getValue() >= 0;
            if (over && free.test(entry.getKey())) {
                consumer.resume(Set.of(entry.getKey()));
            }
            return over;
        });
    }
}
