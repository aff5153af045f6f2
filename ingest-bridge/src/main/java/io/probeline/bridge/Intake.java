package io.probeline.bridge;

import io.micrometer.core.instrument.MeterRegistry;
import io.probeline.record.DeadLetter;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the values of one kind of topic; what can't be read goes to the dead letters, and the next one follows.
 *
 * <p>Metrics: {@code probeline_bridge_rejected_total} by {@code reason}.
 */
final class Intake<T extends SpecificRecord> {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final AvroFormat<T> format;
    private final DeviceLog log;
    private final World world;
    private final MeterRegistry metrics;

    Intake(AvroFormat<T> format, DeviceLog log, World world, MeterRegistry metrics) {
        this.format = format;
        this.log = log;
        this.world = world;
        this.metrics = metrics;
    }

    /**
     * Empty when it was refused.
     *
     * @throws io.probeline.schemas.SchemaRegistry.RegistryException when the registry is away, which is not the record's fault
     */
    Optional<T> read(ConsumerRecord<byte[], byte[]> record) {
        return switch (format.decode(record.value())) {
            case Decoded.Ok<T>(var value) -> Optional.of(value);
            case Decoded.Rejected<T>(var reason, var detail) -> {
                reject(record, reason, detail);
                yield Optional.empty();
            }
        };
    }

    void reject(ConsumerRecord<byte[], byte[]> record, String reason, String detail) {
        metrics.counter("probeline_bridge_rejected", "reason", reason).increment();
        LOG.warn("refused {}-{}@{}: {}: {}", record.topic(), record.partition(), record.offset(), reason, detail);
        var payload = Arrays.copyOf(record.value(), Math.min(record.value().length, FrameReader.KEPT));
        log.deadLetter(
                record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
                DeadLetter.newBuilder()
                        .setReason(reason)
                        .setDetail(detail)
                        .setSource(record.topic())
                        .setPartition(record.partition())
                        .setOffset(record.offset())
                        .setPayload(ByteBuffer.wrap(payload))
                        .setSize(record.value().length)
                        .setAt(world.now())
                        .build());
    }
}
