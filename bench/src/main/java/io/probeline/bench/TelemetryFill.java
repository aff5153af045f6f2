package io.probeline.bench;

import io.probeline.record.Telemetry;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** load ──▶ telemetry, faster than it was received but in the batches that the bridge would have made of it: what 20 ms bring to each partition. */
final class TelemetryFill {
    /** The bridge's. */
    private static final Duration LINGER = Duration.ofMillis(20);

    private static final int BATCH_BYTES = 65_536;

    private final AvroFormat<Telemetry> format;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    TelemetryFill(SchemaRegistry registry) {
        this.format = new AvroFormat<>(Topics.TELEMETRY, registry);
    }

    /** Returns when the broker has acknowledged all of it. */
    void write(TelemetryLoad load, KafkaSettings kafka) {
        var settings = kafka.producer("bench.fill");
        settings.put(
                ProducerConfig.LINGER_MS_CONFIG,
                Long.toString(Duration.ofMinutes(1).toMillis()));
        settings.put(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                Long.toString(Duration.ofMinutes(2).toMillis()));
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(BATCH_BYTES));
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            write(load, producer);
        }
        var failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("the topic could not be filled", failed);
        }
    }

    private void write(TelemetryLoad load, Producer<byte[], byte[]> producer) {
        long batch = Long.MIN_VALUE;
        for (long index = 0; index < load.records() && failure.get() == null; index++) {
            var record = load.record(index);
            long at = record.getReceivedAt().toEpochMilli();
            if (at / LINGER.toMillis() != batch) {
                producer.flush();
                batch = at / LINGER.toMillis();
            }
            var key = record.getInteractionId().getBytes(StandardCharsets.UTF_8);
            var _ = producer.send(
                    new ProducerRecord<>(Topics.TELEMETRY.name(), null, at, key, format.encode(record)),
                    (_, e) -> failure.compareAndSet(null, e));
        }
        producer.flush();
    }
}
