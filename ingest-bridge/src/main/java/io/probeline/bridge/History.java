package io.probeline.bridge;

import io.probeline.record.DeviceEvent;
import io.probeline.record.DeviceEventKind;
import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.SchemaRegistry.RegistryException;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
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
 * Which commands have an outcome already: the last hour of {@code device-events}, read back by a bridge that takes devices over. A crash
 * between an outcome and the move of its place leaves the place behind, and only this tells that there is nothing left to do.
 */
final class History {
    private static final Duration BACK = Duration.ofHours(1);
    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaSettings kafka;
    private final AvroFormat<DeviceEvent> format;
    private final World world;

    History(KafkaSettings kafka, AvroFormat<DeviceEvent> format, World world) {
        this.kafka = kafka;
        this.format = format;
        this.world = world;
    }

    /**
     * Blocks until all is read, however long Kafka or the registry are away; who closes the process interrupts it. The partitions are
     * those of {@code sessions}, which events share.
     */
    Map<String, RunIds> read(Collection<Integer> partitions) {
        while (true) {
            try {
                return once(partitions);
            } catch (RetriableException | RegistryException e) {
                LOG.warn("what has an outcome can't be read back just now: {}", e.getMessage());
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private Map<String, RunIds> once(Collection<Integer> partitions) {
        var topic = partitions.stream()
                .map(partition -> new TopicPartition(Topics.DEVICE_EVENTS.name(), partition))
                .toList();
        var config = kafka.consumer("bridge-history");
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(topic);
            var ends = consumer.endOffsets(topic);
            seek(consumer, topic, ends);
            var done = new HashMap<String, RunIds>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(record -> note(record.value(), done));
            }
            return done;
        }
    }

    private void seek(Consumer<byte[], byte[]> consumer, List<TopicPartition> topic, Map<TopicPartition, Long> ends) {
        long since = world.now().minus(BACK).toEpochMilli();
        var times = new HashMap<TopicPartition, Long>();
        topic.forEach(partition -> times.put(partition, since));
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
