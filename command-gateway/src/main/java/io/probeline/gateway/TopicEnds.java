package io.probeline.gateway;

import io.probeline.runtime.World;
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
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Where the topics end, as far as they are committed, and where a time of theirs begins. */
final class TopicEnds {
    /** When a topic that a broker does not know yet is asked for again: brokers learn of one within some tenths of a second. */
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final Admin admin;
    private final World world;

    TopicEnds(Admin admin, World world) {
        this.admin = admin;
        this.world = world;
    }

    /** Each partition of these topics; as many as the broker says, since an operator may have made them. */
    Map<Feed, Collection<TopicPartition>> partitions(Collection<Feed> feeds, Duration most) throws Unanswered {
        var names = feeds.stream().map(feed -> feed.topic().name()).toList();
        var described = answered(left -> await(admin.describeTopics(names).allTopicNames(), left), most);
        return feeds.stream().collect(Collectors.toMap(Function.identity(), feed -> {
            var topic = Objects.requireNonNull(described.get(feed.topic().name()), "it was asked about");
            return topic.partitions().stream()
                    .map(each -> new TopicPartition(topic.name(), each.partition()))
                    .toList();
        }));
    }

    /** Where what is visible to a reader of committed records ends. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, Duration most) throws Unanswered {
        return committed(partitions, OffsetSpec.latest(), most);
    }

    /** Both ends at once. */
    Ends now(Collection<TopicPartition> partitions, Duration most) throws Unanswered {
        return answered(
                left -> {
                    var written = offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED, left);
                    var visible = offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED, left);
                    return new Ends(await(written, left), await(visible, left));
                },
                most);
    }

    /**
     * Where topics end.
     *
     * @param written transactions that are under way included
     * @param visible to a reader of committed records
     */
    record Ends(Map<TopicPartition, Long> written, Map<TopicPartition, Long> visible) {}

    Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions, Duration most) throws Unanswered {
        return committed(partitions, OffsetSpec.earliest(), most);
    }

    /** The first offset written at or after this time; where there is none, the end. */
    Map<TopicPartition, Long> since(Collection<TopicPartition> partitions, Instant then, Duration most)
            throws Unanswered {
        var all = new HashMap<>(ends(partitions, most));
        committed(partitions, OffsetSpec.forTimestamp(then.toEpochMilli()), most)
                .forEach((partition, offset) -> {
                    if (offset >= 0) {
                        all.put(partition, offset);
                    }
                });
        return all;
    }

    private interface Question<T> {
        T ask(Duration left) throws Unanswered;
    }

    /** Asked again while the broker knows of no such topic: of one that was made a moment ago not every broker has heard, and Kafka's client gives up on it. */
    private <T> T answered(Question<T> question, Duration most) throws Unanswered {
        var deadline = Deadline.in(most, world);
        for (; ; ) {
            var left = deadline.left();
            try {
                return question.ask(left);
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

    private Map<TopicPartition, Long> committed(Collection<TopicPartition> partitions, OffsetSpec spec, Duration most)
            throws Unanswered {
        return answered(left -> await(offsets(partitions, spec, IsolationLevel.READ_COMMITTED, left), left), most);
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
