package io.probeline.gateway;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which gateway cares for which device's call: the members of one group share the partitions of {@code sessions}. Nothing is read by it, since
 * each gateway knows every session anyway. For one thread only, but for {@link #wake}.
 */
final class CallShare implements AutoCloseable {
    static final String GROUP = "probeline.command-gateway";
    private static final Logger LOG = LoggerFactory.getLogger(CallShare.class);

    private final Consumer<byte[], byte[]> member;
    private final String topic;
    private Set<Integer> mine = Set.of();
    private int all = 1;

    CallShare(Consumer<byte[], byte[]> member, String topic) {
        this.member = member;
        this.topic = topic;
    }

    void join() {
        member.subscribe(Set.of(topic), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(java.util.Collection<TopicPartition> partitions) {
                member.pause(partitions);
            }

            @Override
            public void onPartitionsRevoked(java.util.Collection<TopicPartition> partitions) {
                LOG.debug("{} of {} go to other gateways", partitions.size(), topic);
            }
        });
    }

    /** Keeps the membership, and waits so long at most, or until {@link #wake}. */
    void keep(Duration most) {
        try {
            var _ = member.poll(most);
            mine = member.assignment().stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet());
            all = mine.isEmpty() ? all : Math.max(1, member.partitionsFor(topic).size());
        } catch (WakeupException e) {
            LOG.trace("something has happened", e);
        } catch (RetriableException e) {
            LOG.debug("the share of calls can't be kept up just now", e);
        }
    }

    /** Any thread may call it. */
    void wake() {
        member.wakeup();
    }

    boolean mine(String deviceId) {
        return mine.contains(BuiltInPartitioner.partitionForKey(deviceId.getBytes(StandardCharsets.UTF_8), all));
    }

    /** More than 0, so that a gateway without a share has a pace too. */
    double part() {
        return Math.max(1, mine.size()) / (double) Math.max(1, all);
    }

    @Override
    public void close() {
        member.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofMillis(500)));
    }
}
