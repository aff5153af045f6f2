package io.probeline.gateway;

import io.probeline.record.AuditRecord;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.Topic;
import io.probeline.schemas.Topics;
import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Reads what is in the topics, and writes what the other services would. */
final class Wiretap implements Closeable {
    private final String bootstrap;
    private final SchemaRegistry registry;
    private final Producer<byte[], byte[]> producer;
    private final Admin admin;

    Wiretap(String bootstrap, SchemaRegistry registry) {
        this.bootstrap = bootstrap;
        this.registry = registry;
        this.producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap, "linger.ms", "0", "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    SchemaRegistry registry() {
        return registry;
    }

    Admin admin() {
        return admin;
    }

    <T extends SpecificRecord> void write(Topic<T> topic, String key, T value) {
        var _ = writeBytes(topic.name(), key, new AvroFormat<>(topic, registry).encode(value));
    }

    /** @return the partition that Kafka's own partitioner has chosen */
    int writeBytes(String topic, String key, byte[] value) {
        try {
            var record = new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
            return producer.send(record).get().partition();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** What is on record of this interaction. */
    List<AuditRecord> audits(String interaction) {
        return read(Topics.AUDIT).stream()
                .filter(each -> each.getInteractionId().equals(Optional.of(interaction)))
                .toList();
    }

    /** All that is committed in the topic now. */
    <T extends SpecificRecord> List<T> read(Topic<T> topic) {
        return read(topic, "read_committed");
    }

    <T extends SpecificRecord> List<T> read(Topic<T> topic, String isolation) {
        var format = new AvroFormat<>(topic, registry);
        var values = new ArrayList<T>();
        try (var consumer = consumer(isolation)) {
            var partitions = consumer.partitionsFor(topic.name()).stream()
                    .map(each -> new TopicPartition(topic.name(), each.partition()))
                    .toList();
            consumer.assign(partitions);
            var ends = consumer.endOffsets(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                consumer.poll(Duration.ofMillis(50)).forEach(each -> {
                    switch (format.decode(each.value())) {
                        case Decoded.Ok<T>(var value) -> values.add(value);
                        case Decoded.Rejected<T> rejected -> {}
                    }
                });
            }
        }
        return values;
    }

    KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        var config = new HashMap<String, Object>();
        config.put("bootstrap.servers", bootstrap);
        config.put("isolation.level", isolation);
        config.put("enable.auto.commit", "false");
        config.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    <T extends SpecificRecord> AvroFormat<T> format(Topic<T> topic) {
        return new AvroFormat<>(topic, registry);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
        admin.close(Duration.ofSeconds(1));
    }
}
