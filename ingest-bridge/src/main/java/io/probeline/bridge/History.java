package io.probeline.bridge;

import io.probeline.record.DeviceEvent;
import io.probeline.record.DeviceEventKind;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.SchemaRegistry.RegistryException;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which commands have an outcome already: the end of {@code device-events}, read back by a bridge that takes devices over. A crash
 * between an outcome and the move of its place leaves the place behind, and only this tells that there is nothing left to do.
 */
final class History {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaSettings kafka;
    private final AvroFormat<DeviceEvent> format;

    History(KafkaSettings kafka, AvroFormat<DeviceEvent> format) {
        this.kafka = kafka;
        this.format = format;
    }

    /**
     * Blocks until all is read, however long Kafka or the registry are away; who closes the process interrupts it. The partitions are
     * those of {@code sessions}, which events share.
     *
     * @param since from when on an outcome matters, by partition
     */
    Map<String, RunIds> read(Map<Integer, Instant> since) {
        while (true) {
            try {
                return once(since);
            } catch (RetriableException | RegistryException e) {
                LOG.warn("what has an outcome can't be read back just now: {}", e.getMessage());
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private Map<String, RunIds> once(Map<Integer, Instant> since) {
        var times = new HashMap<TopicPartition, Long>();
        since.forEach((partition, from) ->
                times.put(new TopicPartition(Topics.DEVICE_EVENTS.name(), partition), from.toEpochMilli()));
        var config = kafka.consumer("bridge-history");
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(times.keySet());
            var ends = consumer.endOffsets(times.keySet());
            seek(consumer, times, ends);
            var done = new HashMap<String, RunIds>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(record -> note(record.value(), done));
            }
            return done;
        }
    }

    private static void seek(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> times, Map<TopicPartition, Long> ends) {
        consumer.offsetsForTimes(times)
                .forEach((partition, found) ->
                        consumer.seek(partition, found == null ? ends.getOrDefault(partition, 0L) : found.offset()));
    }

    /** What can't be read was refused where it was read first: here it is passed over. */
    private void note(byte[] value, Map<String, RunIds> done) {
        if (format.decode(value) instanceof Decoded.Ok<DeviceEvent>(var event)
                && event.getKind() == DeviceEventKind.COMMAND_DONE) {
            event.getCommandId()
                    .ifPresent(id -> done.computeIfAbsent(event.getDeviceId(), _ -> new RunIds())
                            .add(id));
        }
    }
}
