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
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the broker itself takes: a record of a command's size, written with acks=all and no linger, until a consumer of that one-partition topic has it, as it is or
 * with a second record in one transaction. Both are threads of this process, so there is one clock.
 */
final class Floor implements AutoCloseable {
    private static final TopicPartition TOPIC = new TopicPartition("bench.floor", 0);
    private static final String BESIDE = "bench.floor.beside";

    /** While the markers of one's last transaction are being written, another's begins. */
    private static final int TRANSACTIONAL = 3;

    private static final int COMMAND_BYTES = 300;
    private static final Duration STRAGGLERS = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaProducer<byte[], byte[]> producer;
    private final List<KafkaProducer<byte[], byte[]>> transactional;
    private final KafkaConsumer<byte[], byte[]> consumer;

    private Floor(
            KafkaProducer<byte[], byte[]> producer,
            List<KafkaProducer<byte[], byte[]>> transactional,
            KafkaConsumer<byte[], byte[]> consumer) {
        this.producer = producer;
        this.transactional = transactional;
        this.consumer = consumer;
    }

    /** Writes some of a round's records, each with the moment at which it was due. */
    private interface Writer {
        void write(List<byte[]> records);
    }

    static Floor open(KafkaSettings kafka) throws Exception {
        try (var admin = Admin.create(kafka.client("floor-setup"))) {
            admin.createTopics(List.of(new NewTopic(TOPIC.topic(), 1, (short) 1), new NewTopic(BESIDE, 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        var producer = producer(kafka, "floor-producer", Map.of());
        var transactional = IntStream.range(0, TRANSACTIONAL)
                .mapToObj(i -> "floor-transactional-" + i)
                .map(id -> producer(kafka, id, Map.of("transactional.id", id, "retry.backoff.ms", "10")))
                .toList();
        transactional.forEach(KafkaProducer::initTransactions);
        var consumer = new KafkaConsumer<>(
                kafka.consumer("floor-consumer"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(Set.of(TOPIC));
        return new Floor(producer, transactional, consumer);
    }

    private static KafkaProducer<byte[], byte[]> producer(KafkaSettings kafka, String id, Map<String, String> more) {
        var settings = kafka.producer(id);
        settings.putAll(Map.of("linger.ms", "0", "compression.type", "none"));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** One round, counted from the moment that each record was due. */
    Latencies measure(Schedule schedule) throws InterruptedException {
        var failed = new AtomicInteger();
        return measure(schedule, failed, records -> {
            for (var value : records) {
                var _ = producer.send(new ProducerRecord<>(TOPIC.topic(), value), (_, e) -> {
                    if (e != null) {
                        failed.incrementAndGet();
                    }
                });
            }
        });
    }

    /** The same in transactions, as the gateway writes a command and its audit record: what is due while one commits shares the next. */
    Latencies measureTransactions(Schedule schedule) throws InterruptedException {
        var turn = new AtomicInteger();
        return measure(schedule, new AtomicInteger(), records -> {
            var writer = transactional.get(turn.getAndIncrement() % TRANSACTIONAL);
            writer.beginTransaction();
            for (var value : records) {
                var _ = writer.send(new ProducerRecord<>(TOPIC.topic(), value));
                var _ = writer.send(new ProducerRecord<>(BESIDE, value));
            }
            writer.commitTransaction();
        });
    }

    private Latencies measure(Schedule schedule, AtomicInteger failed, Writer writer) throws InterruptedException {
        consumer.seekToEnd(Set.of(TOPIC));
        // Positioned before the first record is written, or that one would be missed.
        consumer.position(TOPIC);
        var took = new ConcurrentLinkedQueue<Long>();
        long begin = System.nanoTime();
        long end = begin + schedule.last() + STRAGGLERS.toNanos();
        var reader = Thread.ofPlatform().name("floor-reader").start(() -> read(schedule.size(), end, took));
        for (int from = 0, to = 0; from < schedule.size(); from = to) {
            await(begin + schedule.due(from));
            long now = System.nanoTime();
            while (to < schedule.size() && begin + schedule.due(to) <= now) {
                to++;
            }
            writer.write(IntStream.range(from, to)
                    .mapToObj(i -> ByteBuffer.allocate(COMMAND_BYTES)
                            .putLong(begin + schedule.due(i))
                            .array())
                    .toList());
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
        transactional.forEach(each -> each.close(STRAGGLERS));
        consumer.close();
    }
}
