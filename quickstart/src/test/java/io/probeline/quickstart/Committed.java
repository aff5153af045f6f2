package io.probeline.quickstart;

import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Everything committed in one topic since its beginning, and when it was first seen. For one thread. */
final class Committed<T extends SpecificRecord> implements AutoCloseable {
    /** A record, and when it could be read. */
    record Seen<T>(T value, Instant at) {}

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroFormat<T> format;
    private final List<Seen<T>> records = new ArrayList<>();

    Committed(String bootstrapServers, Topic<T> topic, SchemaRegistry registry) {
        format = new AvroFormat<>(topic, registry);
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList());
    }

    /** Takes what has come, waiting for it no longer than this. */
    List<Seen<T>> poll(Duration wait) {
        var found = consumer.poll(wait);
        var now = Instant.now();
        found.forEach(record -> records.add(new Seen<>(
                switch (format.decode(record.value())) {
                    case Decoded.Ok<T>(var value) -> value;
                    case Decoded.Rejected<T> rejected -> throw new AssertionError(rejected.toString());
                },
                now)));
        return records;
    }

    /** All that there is now. */
    List<T> all() {
        var ends = new HashMap<>(consumer.endOffsets(consumer.assignment()));
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll(Duration.ofMillis(50));
        }
        return records.stream().map(Seen::value).toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
