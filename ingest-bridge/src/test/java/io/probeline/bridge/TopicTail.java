package io.probeline.bridge;

import io.probeline.record.DeadLetter;
import io.probeline.record.DeviceEvent;
import io.probeline.record.Telemetry;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.Topic;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what a bridge writes, from the beginning on, as it comes. */
final class TopicTail implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroFormat<DeviceEvent> eventFormat;
    private final AvroFormat<Telemetry> telemetryFormat;
    private final AvroFormat<DeadLetter> letterFormat;
    private final List<DeviceEvent> events = new CopyOnWriteArrayList<>();
    private final List<Telemetry> telemetry = new CopyOnWriteArrayList<>();
    private final List<DeadLetter> letters = new CopyOnWriteArrayList<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("tail").unstarted(this::run);

    private TopicTail(KafkaSettings kafka, SchemaRegistry registry) {
        consumer =
                new KafkaConsumer<>(kafka.consumer("tail"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        eventFormat = new AvroFormat<>(Topics.DEVICE_EVENTS, registry);
        telemetryFormat = new AvroFormat<>(Topics.TELEMETRY, registry);
        letterFormat = new AvroFormat<>(Topics.DEAD_LETTERS, registry);
    }

    static TopicTail of(KafkaSettings kafka, SchemaRegistry registry) {
        var tail = new TopicTail(kafka, registry);
        tail.thread.start();
        return tail;
    }

    List<DeviceEvent> events() {
        return events;
    }

    List<Telemetry> telemetry() {
        return telemetry;
    }

    List<DeadLetter> deadLetters() {
        return letters;
    }

    String everything() {
        return events.toString() + telemetry + letters;
    }

    private void run() {
        try (consumer) {
            var partitions = new ArrayList<TopicPartition>();
            for (Topic<?> topic : List.of(Topics.DEVICE_EVENTS, Topics.TELEMETRY, Topics.DEAD_LETTERS)) {
                for (int i = 0; i < topic.partitions(); i++) {
                    partitions.add(new TopicPartition(topic.name(), i));
                }
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (true) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    take(record.topic(), record.value());
                }
            }
        } catch (WakeupException e) {
            // The site is closed.
        }
    }

    private void take(String topic, byte[] value) {
        if (topic.equals(Topics.DEVICE_EVENTS.name())) {
            events.add(read(eventFormat, value));
        } else if (topic.equals(Topics.TELEMETRY.name())) {
            telemetry.add(read(telemetryFormat, value));
        } else {
            letters.add(read(letterFormat, value));
        }
    }

    private static <T extends SpecificRecord> T read(AvroFormat<T> format, byte[] value) {
        return switch (format.decode(value)) {
            case Decoded.Ok<T>(var record) -> record;
            case Decoded.Rejected<T>(var reason, var detail) -> throw new AssertionError(reason + ": " + detail);
        };
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
