package io.probeline.schemas;

import java.time.Duration;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * One topic of the contract: what its key is, what its values are, and how long it is kept.
 *
 * @param <T> type of the values
 */
public record Topic<T extends SpecificRecord>(
        String name, String key, Class<T> type, Schema schema, int partitions, Kept kept, String about) {

    /** How long records stay. */
    public sealed interface Kept {
        record For(Duration time) implements Kept {}

        record Compacted() implements Kept {}

        record Forever() implements Kept {}
    }

    /** TopicNameStrategy, as every Confluent client expects it; all command topics share one subject, or there would be one a device. */
    public String subject() {
        return (name.startsWith(Topics.COMMANDS_PREFIX) ? Topics.PREFIX + "commands" : name) + "-value";
    }

    /** Broker settings; what is not named here is the broker's default. */
    public Map<String, String> settings() {
        return switch (kept) {
            case Kept.For(var time) ->
                Map.of("cleanup.policy", "delete", "retention.ms", Long.toString(time.toMillis()));
            case Kept.Compacted() ->
                Map.of(
                        "cleanup.policy", "compact",
                        "min.cleanable.dirty.ratio", "0.1",
                        "segment.ms", Long.toString(Duration.ofHours(1).toMillis()));
            case Kept.Forever() -> Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1");
        };
    }
}
