package io.probeline.bridge;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.probeline.runtime.World;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the lanes' places under the generation of the owners' group, many in one request. An owner that has been replaced is refused
 * here, before its socket. Each commit that is accepted renews the {@link Lease}. For the ownership thread only.
 *
 * <p>Metrics: {@code probeline_bridge_commits_total} by {@code outcome} (accepted, refused), in places;
 * {@code probeline_bridge_commit_seconds}: from a lane's wish to Kafka's acknowledgement.
 */
final class GroupCommits {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommits.class);

    private final Consumer<byte[], byte[]> consumer;
    private final CommitQueue queue;
    private final DeviceLines lines;
    private final Lease lease;
    private final World world;
    private final MeterRegistry metrics;
    private final Timer acknowledged;
    private long renewedAt;

    GroupCommits(
            Consumer<byte[], byte[]> consumer,
            CommitQueue queue,
            DeviceLines lines,
            Lease lease,
            World world,
            MeterRegistry metrics) {
        this.consumer = consumer;
        this.queue = queue;
        this.lines = lines;
        this.lease = lease;
        this.world = world;
        this.metrics = metrics;
        this.acknowledged = metrics.timer("probeline_bridge_commit");
        this.renewedAt = world.nanos() - lease.length().toNanos();
    }

    /** Sends what the lanes wish for; the answers come while the consumer polls. */
    void send() {
        var wishes = queue.drain();
        if (!wishes.isEmpty()) {
            consumer.commitAsync(places(wishes), (_, e) -> answer(wishes, e));
        }
    }

    /** The same for good, within a rebalance, where nobody polls. */
    void sendAndWait(Duration limit) {
        var wishes = queue.drain();
        if (wishes.isEmpty()) {
            return;
        }
        try {
            Awake.call(() -> {
                consumer.commitSync(places(wishes), limit);
                return wishes;
            });
            answer(wishes, null);
        } catch (KafkaException e) {
            answer(wishes, e);
        }
    }

    /** A commit for its own sake, when there was none for a while: the places up to which {@code sessions} were read. */
    void renew(OwnedPartitions owned) {
        long now = world.nanos();
        if (owned.all().isEmpty() || now - renewedAt < lease.length().toNanos() / 2) {
            return;
        }
        var places = new HashMap<TopicPartition, OffsetAndMetadata>();
        // One that has no leader must not keep the others' lease from being renewed.
        owned.all().forEach(partition -> owned.renewal(partition).ifPresent(place -> places.put(partition, place)));
        if (places.isEmpty()) {
            return;
        }
        renewedAt = now;
        consumer.commitAsync(places, (_, e) -> {
            if (e == null) {
                lease.confirmed(now);
            } else {
                LOG.debug("the lease was not renewed", e);
            }
        });
    }

    /** Whether Kafka has confirmed lately that this bridge is an owner; any thread may ask. */
    boolean confirmed() {
        return lease.holds(world.nanos());
    }

    private void answer(List<CommitQueue.Wish> wishes, @Nullable Exception e) {
        metrics.counter("probeline_bridge_commits", "outcome", e == null ? "accepted" : "refused")
                .increment(wishes.size());
        if (e != null) {
            LOG.info("{} commits were refused: {}", wishes.size(), e.toString());
        }
        for (var wish : wishes) {
            if (e == null) {
                lease.confirmed(wish.commit().requestedAt());
                acknowledged.record(world.nanos() - wish.commit().requestedAt(), TimeUnit.NANOSECONDS);
            }
            lines.committed(wish.device(), wish.commit(), e == null);
        }
    }

    /** A later wish for the same place says all that an earlier one did. */
    private static Map<TopicPartition, OffsetAndMetadata> places(List<CommitQueue.Wish> wishes) {
        var places = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var wish : wishes) {
            var place = wish.commit().place();
            places.put(
                    new TopicPartition(Topics.commands(wish.device()).name(), 0),
                    new OffsetAndMetadata(place.place(), place.metadata()));
        }
        return places;
    }
}
