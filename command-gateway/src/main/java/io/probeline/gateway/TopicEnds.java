package io.probeline.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Where the topics end, as far as they are committed, and where a time of theirs begins. */
final class TopicEnds {
    /** When a topic that a broker does not know yet is asked for again: brokers learn of one within some tenths of a second. */
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final Admin admin;

    TopicEnds(Admin admin) {
        this.admin = admin;
    }

    /**
     * Each partition of these topics; as many as the broker says, since an operator may have made them. One that was made a moment ago is asked for again: not every
     * broker knows it at once, and Kafka's client asks again for offsets alone.
     */
    Map<Feed, Collection<TopicPartition>> partitions(Collection<Feed> feeds, Duration most) throws Unanswered {
        var described =
                described(feeds.stream().map(feed -> feed.topic().name()).toList(), most);
        return feeds.stream().collect(Collectors.toMap(Function.identity(), feed -> {
            var topic = Objects.requireNonNull(described.get(feed.topic().name()), "it was asked about");
            return topic.partitions().stream()
                    .map(each -> new TopicPartition(topic.name(), each.partition()))
                    .toList();
        }));
    }

    /** Where what is visible to a reader of committed records ends. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, Duration most) throws Unanswered {
        return await(offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED, most), most);
    }

    /** Both ends at once. */
    Ends now(Collection<TopicPartition> partitions, Duration most) throws Unanswered {
        var written = offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED, most);
        var visible = offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED, most);
        return new Ends(await(written, most), await(visible, most));
    }

    /**
     * Where topics end.
     *
     * @param written transactions that are under way included
     * @param visible to a reader of committed records
     */
    record Ends(Map<TopicPartition, Long> written, Map<TopicPartition, Long> visible) {}

    Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions, Duration most) throws Unanswered {
        return await(offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_COMMITTED, most), most);
    }

    /** The first offset written at or after this time; where there is none, the end. */
    Map<TopicPartition, Long> since(Collection<TopicPartition> partitions, Instant then, Duration most)
            throws Unanswered {
        var from = OffsetSpec.forTimestamp(then.toEpochMilli());
        var all = new HashMap<>(ends(partitions, most));
        await(offsets(partitions, from, IsolationLevel.READ_COMMITTED, most), most)
                .forEach((partition, offset) -> {
                    if (offset >= 0) {
                        all.put(partition, offset);
                    }
                });
        return all;
    }

    private Map<String, TopicDescription> described(Collection<String> names, Duration most) throws Unanswered {
        long began = System.nanoTime();
        for (; ; ) {
            var left = most.minusNanos(System.nanoTime() - began);
            try {
                return await(admin.describeTopics(names).allTopicNames(), left);
            } catch (Unanswered e) {
                if (!e.unknown() || left.compareTo(AGAIN) <= 0) {
                    throw e;
                }
            }
            pause();
        }
    }

    private static void pause() throws Unanswered {
        try {
            Thread.sleep(AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unanswered("interrupted", e);
        }
    }

    private KafkaFuture<Map<TopicPartition, Long>> offsets(
            Collection<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation, Duration most) {
        var options = new ListOffsetsOptions(isolation);
        options.timeoutMs((int) Math.max(1, most.toMillis()));
        var asked = partitions.stream().collect(Collectors.toMap(Function.identity(), each -> spec));
        return admin.listOffsets(asked, options)
                .all()
                .thenApply(all -> all.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, each -> each.getValue().offset())));
    }

    private static <T> T await(KafkaFuture<T> future, Duration most) throws Unanswered {
        try {
            return future.get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new Unanswered("Kafka can't say where its topics end: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new Unanswered("Kafka did not say in time where its topics end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unanswered("interrupted", e);
        }
    }

    /** Kafka could not be asked. */
    static final class Unanswered extends Exception {
        private static final long serialVersionUID = 1L;

        Unanswered(String message, Throwable cause) {
            super(message, cause);
        }

        /** Whether the broker that was asked knows of no such topic. */
        private boolean unknown() {
            return getCause() instanceof ExecutionException failure
                    && failure.getCause() instanceof UnknownTopicOrPartitionException;
        }
    }
}
