package io.probeline.bridge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.probeline.record.DeadLetter;
import io.probeline.record.DeviceEvent;
import io.probeline.record.Telemetry;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.Topic;
import io.probeline.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * What the bridge writes: telemetry and dead letters through one producer, device events through another. Never waits: while
 * Kafka is away each buffers within its memory, and what does not fit is counted and dropped.
 *
 * <p>Events keep their order and are tried for as long as the process lives. An outcome that does not fit is not lost
 * either: its lane hears of it, and writes it again.
 *
 * <p>Metrics: {@code probeline_bridge_records_total} and {@code probeline_bridge_dropped_total}, both by {@code topic}.
 */
final class DeviceLog implements AutoCloseable {
    /** Telemetry is worth less the older it is, and comes in masses: larger batches save more than they cost in time. */
    private static final Map<String, String> TELEMETRY = Map.of(
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            Long.toString(64L << 20),
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            Long.toString(Duration.ofMinutes(2).toMillis()),
            ProducerConfig.LINGER_MS_CONFIG,
            "20",
            ProducerConfig.BATCH_SIZE_CONFIG,
            "65536");

    private static final Map<String, String> EVENTS = Map.of(
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            Long.toString(32L << 20),
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            Integer.toString(Integer.MAX_VALUE),
            ProducerConfig.LINGER_MS_CONFIG,
            "0");

    private final Outlet frames;
    private final Outlet happenings;
    private final Out<Telemetry> telemetry;
    private final Out<DeadLetter> deadLetters;
    private final Out<DeviceEvent> events;
    private final Consumer<Throwable> failed;
    private volatile boolean closing;

    /** @param failed hears of a refusal by Kafka that no retry would mend */
    DeviceLog(KafkaSettings kafka, SchemaRegistry registry, MeterRegistry metrics, Consumer<Throwable> failed) {
        this.failed = failed;
        this.frames = Outlet.open(kafka, "telemetry", TELEMETRY, metrics);
        this.happenings = Outlet.open(kafka, "events", EVENTS, metrics);
        this.telemetry = new Out<>(Topics.TELEMETRY, registry, frames, metrics);
        this.deadLetters = new Out<>(Topics.DEAD_LETTERS, registry, frames, metrics);
        this.events = new Out<>(Topics.DEVICE_EVENTS, registry, happenings, metrics);
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

    /** Tries again what Kafka could not take; to be called every now and then. */
    void retry() {
        happenings.retry();
        frames.retry();
    }

    @Override
    public void close() {
        closing = true;
        happenings.close();
        frames.close();
    }

    /** One topic's way out. */
    private final class Out<T extends SpecificRecord> {
        private final String topic;
        private final AvroFormat<T> format;
        private final Outlet outlet;
        private final Counter written;
        private final Counter dropped;

        Out(Topic<T> topic, SchemaRegistry registry, Outlet outlet, MeterRegistry metrics) {
            this.topic = topic.name();
            this.format = new AvroFormat<>(topic, registry);
            this.outlet = outlet;
            this.written = metrics.counter("probeline_bridge_records", "topic", topic.name());
            this.dropped = metrics.counter("probeline_bridge_dropped", "topic", topic.name());
        }

        void write(String key, T value, Consumer<Boolean> durable) {
            if (closing) {
                dropped.increment();
                durable.accept(false);
                return;
            }
            var record = new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), format.encode(value));
            outlet.send(record, e -> settle(e, durable));
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
