package io.probeline.bench;

import io.probeline.runtime.KafkaSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the broker itself takes: a record of a command's size, written with acks=all and no linger, until a consumer of that one-partition topic has it. Both are
 * threads of this process, so there is one clock.
 */
final class Floor implements AutoCloseable {
    private static final TopicPartition TOPIC = new TopicPartition("bench.floor", 0);
    private static final int COMMAND_BYTES = 300;
    private static final Duration STRAGGLERS = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;

    private Floor(KafkaProducer<byte[], byte[]> producer, KafkaConsumer<byte[], byte[]> consumer) {
        this.producer = producer;
        this.consumer = consumer;
    }

    static Floor open(KafkaSettings kafka) throws Exception {
        try (var admin = Admin.create(kafka.client("floor-setup"))) {
            admin.createTopics(List.of(new NewTopic(TOPIC.topic(), 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        var writing = kafka.producer("floor-producer");
        writing.putAll(Map.of("linger.ms", "0", "compression.type", "none"));
        var producer = new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer());
        var consumer = new KafkaConsumer<>(
                kafka.consumer("floor-consumer"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(Set.of(TOPIC));
        return new Floor(producer, consumer);
    }

    /** One round, counted from the moment that each record was due. */
    Latencies measure(Schedule schedule) throws InterruptedException {
        consumer.seekToEnd(Set.of(TOPIC));
        // Positioned before the first record is written, or that one would be missed.
        consumer.position(TOPIC);
        var took = new ConcurrentLinkedQueue<Long>();
        var failed = new AtomicInteger();
        long begin = System.nanoTime();
        long end = begin + schedule.last() + STRAGGLERS.toNanos();
        var reader = Thread.ofPlatform().name("floor-reader").start(() -> read(schedule.size(), end, took));
        for (int i = 0; i < schedule.size(); i++) {
            long due = begin + schedule.due(i);
            await(due);
            var value = ByteBuffer.allocate(COMMAND_BYTES).putLong(due).array();
            var _ = producer.send(new ProducerRecord<>(TOPIC.topic(), value), (_, e) -> {
                if (e != null) {
                    failed.incrementAndGet();
                }
            });
        }
        reader.join();
        return Latencies.of(took, Math.max(failed.get(), schedule.size() - took.size()));
    }

    private void read(int records, long end, Queue<Long> took) {
        for (int read = 0; read < records && System.nanoTime() < end; ) {
            var polled = consumer.poll(POLL);
            long now = System.nanoTime();
            polled.forEach(
                    record -> took.add(now - ByteBuffer.wrap(record.value()).getLong()));
            read += polled.count();
        }
    }

    static void await(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        producer.close(STRAGGLERS);
        consumer.close();
    }
}
