package io.probeline.bridge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.probeline.record.DeadLetter;
import io.probeline.record.DeviceEvent;
import io.probeline.record.Telemetry;
import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.Metrics;
import io.probeline.runtime.Running;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.Topic;
import io.probeline.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * What the bridge writes: telemetry and dead letters through one producer, device events through another. Never waits: while
 * Kafka is away each buffers within its memory, and what does not fit is counted and dropped.
 *
 * <p>Events keep their order and are tried for as long as the process lives. An outcome that does not fit is not lost
 * either: its lane hears of it, and writes it again.
 *
 * <p>Metrics: {@code probeline_bridge_records_total} by {@code topic}; {@code probeline_bridge_dropped_total} by {@code topic};
 * {@code probeline_bridge_buffer_free_bytes} by {@code producer}.
 */
final class DeviceLog implements AutoCloseable {
    /** Telemetry is worth less the older it is, and comes in masses: larger batches save more than they cost in time. */
    private static final Map<String, String> TELEMETRY = Map.of(
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            Long.toString(64L << 20),
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            millis(Duration.ofMinutes(2)),
            ProducerConfig.LINGER_MS_CONFIG,
            "20",
            ProducerConfig.BATCH_SIZE_CONFIG,
            "65536");

    private static final Map<String, String> EVENTS = Map.of(
            ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(32L << 20),
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.toString(Integer.MAX_VALUE),
            ProducerConfig.LINGER_MS_CONFIG, "0");

    private static final Duration CLOSING = Duration.ofSeconds(2);
    private static final Duration KNOWING = Duration.ofSeconds(30);
    private static final Duration ASKING = Duration.ofMillis(5);

    private final Out<Telemetry> telemetry;
    private final Out<DeadLetter> deadLetters;
    private final Out<DeviceEvent> events;
    private final Producer<byte[], byte[]> frames;
    private final Producer<byte[], byte[]> happenings;
    private final Consumer<Throwable> failed;
    private volatile boolean closing;

    private DeviceLog(KafkaSettings kafka, SchemaRegistry registry, Metrics metrics, Consumer<Throwable> failed) {
        this.failed = failed;
        this.frames = producer(kafka, "bridge-telemetry", TELEMETRY);
        this.happenings = producer(kafka, "bridge-events", EVENTS);
        gauge(frames, "telemetry", metrics.registry());
        gauge(happenings, "events", metrics.registry());
        this.telemetry = new Out<>(Topics.TELEMETRY, registry, frames, metrics.registry());
        this.deadLetters = new Out<>(Topics.DEAD_LETTERS, registry, frames, metrics.registry());
        this.events = new Out<>(Topics.DEVICE_EVENTS, registry, happenings, metrics.registry());
    }

    /** @param failed hears of a refusal by Kafka that no retry would mend */
    static DeviceLog open(KafkaSettings kafka, SchemaRegistry registry, Metrics metrics, Consumer<Throwable> failed) {
        var log = new DeviceLog(kafka, registry, metrics, failed);
        know(log.frames, Topics.TELEMETRY.name(), Topics.DEAD_LETTERS.name());
        know(log.happenings, Topics.DEVICE_EVENTS.name());
        return log;
    }

    /** Asks until the producer knows the topics: it never waits, so each question but the last gets no answer. */
    private static void know(Producer<byte[], byte[]> producer, String... topics) {
        long triesLeft = KNOWING.dividedBy(ASKING);
        for (var topic : topics) {
            while (!known(producer, topic)) {
                if (--triesLeft < 0) {
                    throw new Running.StartFailed("Kafka does not tell of the topic " + topic);
                }
                LockSupport.parkNanos(ASKING.toNanos());
            }
        }
    }

    private static boolean known(Producer<byte[], byte[]> producer, String topic) {
        try {
            return !producer.partitionsFor(topic).isEmpty();
        } catch (RetriableException e) {
            return false;
        }
    }

    private static void gauge(Producer<byte[], byte[]> producer, String name, MeterRegistry metrics) {
        Gauge.builder("probeline_bridge_buffer_free_bytes", producer, DeviceLog::free)
                .tag("producer", name)
                .register(metrics);
    }

    private static double free(Producer<byte[], byte[]> producer) {
        return producer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("buffer-available-bytes"))
                .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
                .sum();
    }

    void telemetry(Telemetry record) {
        telemetry.write(record.getInteractionId(), record, _ -> {});
    }

    /** @param key that of the record that was refused */
    void deadLetter(String key, DeadLetter letter) {
        deadLetters.write(key, letter, _ -> {});
    }

    void event(DeviceEvent event) {
        events.write(event.getDeviceId(), event, _ -> {});
    }

    /** @param durable called once, on any thread: whether Kafka has it */
    void event(DeviceEvent event, Consumer<Boolean> durable) {
        events.write(event.getDeviceId(), event, durable);
    }

    @Override
    public void close() {
        closing = true;
        happenings.close(CLOSING);
        frames.close(CLOSING);
    }

    private static Producer<byte[], byte[]> producer(KafkaSettings kafka, String clientId, Map<String, String> ours) {
        var config = kafka.producer(clientId);
        config.putAll(ours);
        config.putAll(kafka.given());
        // The device loop never waits; so topics must be known before, and must not be forgotten.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "0");
        config.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, millis(Duration.ofDays(3650)));
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static String millis(Duration time) {
        return Long.toString(time.toMillis());
    }

    /** One topic's way out. */
    private final class Out<T extends SpecificRecord> {
        private final String topic;
        private final AvroFormat<T> format;
        private final Producer<byte[], byte[]> producer;
        private final Counter written;
        private final Counter dropped;

        Out(Topic<T> topic, SchemaRegistry registry, Producer<byte[], byte[]> producer, MeterRegistry metrics) {
            this.topic = topic.name();
            this.format = new AvroFormat<>(topic, registry);
            this.producer = producer;
            this.written = metrics.counter("probeline_bridge_records", "topic", topic.name());
            this.dropped = metrics.counter("probeline_bridge_dropped", "topic", topic.name());
        }

        void write(String key, T value, Consumer<Boolean> durable) {
            var record = new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), format.encode(value));
            try {
                // What comes of it is told to the callback.
                var _ = producer.send(record, (_, e) -> settle(e, durable));
            } catch (KafkaException e) {
                settle(e, durable);
            } catch (IllegalStateException e) {
                if (!closing) {
                    throw e;
                }
                settle(e, durable);
            }
        }

        private void settle(@Nullable Exception e, Consumer<Boolean> durable) {
            (e == null ? written : dropped).increment();
            durable.accept(e == null);
            if (e != null && !(e instanceof RetriableException) && !closing) {
                failed.accept(e);
            }
        }
    }
}
