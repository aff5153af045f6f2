package io.probeline.bench;

import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import io.probeline.testkit.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** A Kafka of one node as a process of its own, and what can be asked of it. */
final class Broker implements AutoCloseable {
    private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx512m");
    /** Turns of the wait, which is about 10 ms each. */
    private static final int ASKED_EACH = 5;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Part part;
    private final String bootstrapServers;
    private final Admin admin;

    private Broker(Part part, String bootstrapServers) {
        this.part = part;
        this.bootstrapServers = bootstrapServers;
        this.admin = Admin.create(kafka().client("bench"));
    }

    /** On the log in {@code data}, made where there is none. */
    static Broker start(String name, Path folder, Path data) {
        var part = Part.start(name, folder, JVM, EmbeddedKafka.class, Map.of(), data.toString(), "0");
        return new Broker(part, part.awaitLine("kafka "));
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    KafkaSettings kafka() {
        return KafkaSettings.at(bootstrapServers);
    }

    Admin admin() {
        return admin;
    }

    /** A topic with as many partitions as telemetry, if it is not there. */
    void ensure(String topic) {
        if (!within(admin.listTopics().names()).contains(topic)) {
            int partitions = Topics.TELEMETRY.partitions();
            within(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all());
        }
    }

    /** The offset behind the last record of each partition. */
    Map<TopicPartition, Long> ends(String topic) {
        int count = within(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                .mapToInt(described -> described.partitions().size())
                .sum();
        var asked = IntStream.range(0, count)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
        var ends = new HashMap<TopicPartition, Long>();
        within(admin.listOffsets(asked).all()).forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    /** Returns when the group has committed all of these; asks seldom enough not to be a load. */
    void awaitCommitted(String group, Map<TopicPartition, Long> ends, Part worker, Duration limit) {
        var turn = new AtomicInteger();
        Await.until("all offsets of " + group, limit, () -> {
            worker.requireAlive();
            return turn.incrementAndGet() % ASKED_EACH == 0 && committed(group, ends);
        });
    }

    private boolean committed(String group, Map<TopicPartition, Long> ends) {
        var committed = within(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        return ends.entrySet().stream().allMatch(end -> {
            var place = committed.get(end.getKey());
            return end.getValue() == 0 || (place != null && place.offset() >= end.getValue());
        });
    }

    static <T> T within(KafkaFuture<T> answer) {
        try {
            return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker did not answer as it should", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the broker was asked", e);
        }
    }

    @Override
    public void close() {
        admin.close(LIMIT);
        part.close();
    }
}
