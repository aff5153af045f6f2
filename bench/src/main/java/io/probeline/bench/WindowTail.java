package io.probeline.bench;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Notes of every window when a reader of what is committed has it, as another service would. */
final class WindowTail implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    /**
     * One window as it came.
     *
     * @param received frames within it
     * @param after its end, in nanoseconds
     */
    record Seen(String deviceId, Instant end, long received, long after) {}

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroFormat<Aggregate> format;
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final Thread thread = Thread.ofPlatform().name("window-tail").unstarted(this::run);
    private volatile boolean running = true;

    private WindowTail(KafkaSettings kafka, AvroFormat<Aggregate> format) {
        this.consumer = new KafkaConsumer<>(
                kafka.consumer("window-tail"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.format = format;
    }

    /** From the end of the topic on. */
    static WindowTail start(KafkaSettings kafka, AvroFormat<Aggregate> format) {
        var tail = new WindowTail(kafka, format);
        var partitions = IntStream.range(0, Topics.AGGREGATES.partitions())
                .mapToObj(i -> new TopicPartition(Topics.AGGREGATES.name(), i))
                .toList();
        tail.consumer.assign(partitions);
        tail.consumer.seekToEnd(partitions);
        partitions.forEach(tail.consumer::position);
        tail.thread.start();
        return tail;
    }

    /** What has come so far. */
    Queue<Seen> seen() {
        return seen;
    }

    private void run() {
        while (running) {
            var records = consumer.poll(POLL);
            var now = Instant.now();
            records.forEach(record -> {
                if (format.decode(record.value()) instanceof Decoded.Ok<Aggregate>(var window)
                        && window.getKind() == AggregateKind.WINDOW) {
                    var after = Duration.between(window.getWindowEnd(), now);
                    seen.add(new Seen(
                            window.getDeviceId(), window.getWindowEnd(), window.getReceived(), after.toNanos()));
                }
            });
        }
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        consumer.close();
    }
}
