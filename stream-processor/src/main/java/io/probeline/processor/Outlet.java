package io.probeline.processor;

import io.probeline.record.DeadLetter;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded.Rejected;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a processor's records leave it. Their Kafka timestamps are those of the input that made them: the broker has taken that one, while
 * a time from within a record may be one that it refuses.
 *
 * @param <K> the keys, which stay as they came
 */
final class Outlet<K extends @Nullable Object> {
    private static final int SHOWN = 1_024;
    private static final Logger LOG = LoggerFactory.getLogger(Outlet.class);

    private final ProcessorContext<K, byte[]> context;
    private final AvroFormat<DeadLetter> deadLetters;
    private final String deadLettersNode;
    private final ProcessorMetrics metrics;

    Outlet(
            ProcessorContext<K, byte[]> context,
            AvroFormat<DeadLetter> deadLetters,
            String deadLettersNode,
            ProcessorMetrics metrics) {
        this.context = context;
        this.deadLetters = deadLetters;
        this.deadLettersNode = deadLettersNode;
        this.metrics = metrics;
    }

    /** Of the record that is being processed. */
    String topic() {
        return context.recordMetadata().orElseThrow().topic();
    }

    <T extends SpecificRecord> void send(String node, AvroFormat<T> format, K key, T value, long timestamp) {
        context.forward(new Record<>(key, format.encode(value), timestamp), node);
    }

    /** Only while a record is processed: the letter says where that one stood. */
    void reject(Record<K, byte[]> record, Rejected<?> why) {
        var place = context.recordMetadata().orElseThrow();
        metrics.deadLetter(why.reason());
        LOG.warn(
                "{}-{} offset {} is refused: {}, {}",
                place.topic(),
                place.partition(),
                place.offset(),
                why.reason(),
                why.detail());
        byte @Nullable [] value = record.value();
        var bytes = value == null ? new byte[0] : value;
        var letter = DeadLetter.newBuilder()
                .setReason(why.reason())
                .setDetail(why.detail())
                .setSource(place.topic())
                .setPartition(place.partition())
                .setOffset(place.offset())
                .setPayload(ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, SHOWN)))
                .setSize(bytes.length)
                .setAt(Instant.ofEpochMilli(record.timestamp()))
                .build();
        context.forward(new Record<>(record.key(), deadLetters.encode(letter), record.timestamp()), deadLettersNode);
    }
}
