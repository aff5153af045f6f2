package io.probeline.bench;

import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All committed records of a topic, from its beginning to where it ends now. */
final class TopicScan {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private TopicScan() {}

    static <T extends SpecificRecord> void each(Broker broker, String topic, AvroFormat<T> format, Consumer<T> use) {
        var settings = broker.kafka().consumer("bench.scan");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var ends = broker.ends(topic);
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError(
                            topic + " could not be read to its end within " + LIMIT + "; a transaction may be open");
                }
                consumer.poll(POLL).forEach(record -> use.accept(decoded(format, record.value())));
            }
        }
    }

    private static <T extends SpecificRecord> T decoded(AvroFormat<T> format, byte[] bytes) {
        return switch (format.decode(bytes)) {
            case Decoded.Ok<T>(var value) -> value;
            case Decoded.Rejected<T>(var reason, var detail) -> throw new AssertionError(reason + ": " + detail);
        };
    }
}
