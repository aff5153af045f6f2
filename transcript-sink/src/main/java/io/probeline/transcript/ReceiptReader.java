package io.probeline.transcript;

import io.probeline.record.TranscriptReceipt;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** transcript-receipts ──▶ which lines are settled. A receipt has its line's key, so it stands in the partition of the same number. */
final class ReceiptReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiptReader.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** How long nothing more may come while there is more. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What was found in one partition: by line where its receipt stands, and where the next one will. */
    record Found(Map<String, Long> receipts, long end) {}

    private final Consumer<byte[], byte[]> consumer;
    private final AvroFormat<TranscriptReceipt> format;

    ReceiptReader(KafkaSettings kafka, AvroFormat<TranscriptReceipt> format) {
        var settings = kafka.consumer("probeline.transcript-sink.receipts");
        settings.remove("group.id");
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.format = format;
    }

    /** @param from where to begin, by partition */
    Map<Integer, Found> read(Map<Integer, Long> from) {
        var partitions = from.keySet().stream()
                .collect(Collectors.toMap(p -> new TopicPartition(Topics.TRANSCRIPT_RECEIPTS.name(), p), from::get));
        consumer.assign(partitions.keySet());
        var begins = consumer.beginningOffsets(partitions.keySet());
        var ends = consumer.endOffsets(partitions.keySet());
        partitions.forEach((partition, offset) -> consumer.seek(
                partition,
                Math.clamp(offset, at(begins, partition), Math.max(at(begins, partition), at(ends, partition)))));
        var found = new HashMap<Integer, Found>();
        ends.forEach((partition, end) -> found.put(partition.partition(), new Found(new HashMap<>(), end)));
        int idle = 0;
        while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
            var receipts = consumer.poll(POLL);
            // Thirty days of them may be there, where no commit says from where to read.
            idle = receipts.isEmpty() ? idle + 1 : 0;
            if (idle > LIMIT.dividedBy(POLL)) {
                throw new IllegalStateException("no more of the receipts could be read within " + LIMIT);
            }
            receipts.forEach(receipt -> take(receipt, found));
        }
        consumer.unsubscribe();
        return found;
    }

    @Override
    public void close() {
        consumer.close();
    }

    private void take(ConsumerRecord<byte[], byte[]> bytes, Map<Integer, Found> found) {
        var place = found.get(bytes.partition());
        if (place == null || bytes.value() == null) {
            return;
        }
        switch (format.decode(bytes.value())) {
            case Decoded.Ok<TranscriptReceipt>(var receipt) ->
                place.receipts().put(receipt.getLineId(), bytes.offset());
            case Decoded.Rejected<TranscriptReceipt>(var reason, var detail) ->
                LOG.warn("receipt {}-{} can't be read: {}: {}", bytes.topic(), bytes.offset(), reason, detail);
        }
    }

    private static long at(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return offsets.getOrDefault(partition, 0L);
    }
}
