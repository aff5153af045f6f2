package io.probeline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.schemas.Topic.Kept;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TopicsTest {
    @Test
    void theDocumentIsTheTable() throws IOException {
        var rows = Stream.concat(Topics.standing().stream(), Stream.of(Topics.commands(new DeviceId("deviceId"))))
                .map(TopicsTest::row)
                .collect(Collectors.joining("\n"));
        var fields = Stream.concat(Topics.standing().stream(), Stream.of(Topics.commands(new DeviceId("deviceId"))))
                .map(TopicsTest::fields)
                .collect(Collectors.joining("\n"));
        GeneratedDoc.check("topics.md", """
                # Topics

                Written from `Topics.java` and the Avro schemas; a test compares it. Values are Avro in the Confluent wire format, and
                `BACKWARD_TRANSITIVE` compatible. Replication is 3 where there are three brokers or more. `deviceId` in a name stands for the device's id.

                | topic | key | value | partitions | kept | what |
                | --- | --- | --- | --- | --- | --- |
                """ + rows + "\n\n" + fields);
    }

    @Test
    void namesAreUniqueAndEveryFieldHasADoc() {
        var names = new HashSet<String>();
        for (var topic : Topics.standing()) {
            assertTrue(names.add(topic.name()), topic.name());
            topic.schema()
                    .getFields()
                    .forEach(field -> assertTrue(field.doc() != null, topic.name() + "." + field.name()));
        }
    }

    @Test
    void aCommandTopicNamesItsDevice() {
        var topic = Topics.commands(new DeviceId("washer-17"));
        assertEquals("probeline.commands.washer-17", topic.name());
        assertEquals("probeline.commands-value", topic.subject());
        assertEquals(Optional.of(new DeviceId("washer-17")), Topics.deviceOf(topic.name()));
        assertEquals(Optional.empty(), Topics.deviceOf("probeline.telemetry"));
    }

    private static String row(Topic<?> topic) {
        var kept = switch (topic.kept()) {
            case Kept.For(var time) -> time.toDays() + (time.toDays() == 1 ? " day" : " days");
            case Kept.Compacted() -> "compacted";
            case Kept.Forever() -> "for ever";
        };
        return "| `%s` | %s | `%s` | %d | %s | %s |"
                .formatted(
                        topic.name(), topic.key(), topic.schema().getName(), topic.partitions(), kept, topic.about());
    }

    private static String fields(Topic<?> topic) {
        return "## `%s`\n\n%s\n\n| field | type | what |\n| --- | --- | --- |\n"
                        .formatted(topic.schema().getName(), topic.schema().getDoc())
                + topic.schema().getFields().stream()
                        .map(field -> "| `%s` | %s | %s |\n"
                                .formatted(
                                        field.name(),
                                        type(field.schema()),
                                        field.doc().replace("|", "\\|")))
                        .collect(Collectors.joining());
    }

    private static String type(org.apache.avro.Schema schema) {
        return switch (schema.getType()) {
            case UNION ->
                schema.getTypes().stream()
                                .filter(each -> !each.isNullable())
                                .map(TopicsTest::type)
                                .collect(Collectors.joining(" or "))
                        + ", or nothing";
            case ENUM -> schema.getName() + ": " + String.join(", ", schema.getEnumSymbols());
            case ARRAY -> "list of " + type(schema.getElementType());
            case MAP -> "map of " + type(schema.getValueType());
            case RECORD -> schema.getName();
            default ->
                schema.getLogicalType() == null
                        ? schema.getType().getName()
                        : schema.getLogicalType().getName();
        };
    }
}
