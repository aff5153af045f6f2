package io.probeline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidatorBuilder;
import org.junit.jupiter.api.Test;

/** Today's schemas read every record that was ever written: {@code BACKWARD_TRANSITIVE}, without asking a registry. */
class CompatibilityTest {
    private static final Path RELEASED = Path.of("src", "released");

    @Test
    void todaysSchemasReadEveryReleasedOne() throws Exception {
        for (var schema : all().toList()) {
            canReadAll(schema, released(schema.getName()));
        }
    }

    @Test
    void whatIsWrittenTodayHasBeenReleased() throws IOException {
        for (var schema : all().toList()) {
            var versions = released(schema.getName());
            if (versions.isEmpty() || !versions.getLast().equals(schema)) {
                if ("write".equals(System.getProperty("probeline.docs"))) {
                    var file = RELEASED.resolve(schema.getName()).resolve((versions.size() + 1) + ".avsc");
                    Files.createDirectories(file.getParent());
                    Files.writeString(
                            file,
                            new com.fasterxml.jackson.databind.ObjectMapper()
                                            .readTree(schema.toString())
                                            .toPrettyString()
                                    + "\n");
                    versions = released(schema.getName());
                }
            }
            assertFalse(versions.isEmpty(), schema.getName() + " has no released version; see CONTRIBUTING.md");
            assertEquals(versions.getLast(), schema, schema.getName() + " changed: release it as a new version");
        }
    }

    @Test
    void aFieldWithoutDefaultIsRefused() {
        var before = new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}");
        var after = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":\"long\"}]}");
        assertThrows(SchemaValidationException.class, () -> canReadAll(after, List.of(before)));
    }

    private static void canReadAll(Schema schema, List<Schema> released) throws SchemaValidationException {
        new SchemaValidatorBuilder().canReadStrategy().validateAll().validate(schema, released);
    }

    private static Stream<Schema> all() {
        return Stream.concat(Topics.standing().stream(), Stream.of(Topics.commands(new DeviceId("any"))))
                .map(Topic::schema);
    }

    private static List<Schema> released(String name) throws IOException {
        var folder = RELEASED.resolve(name);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        var versions = new java.util.ArrayList<Schema>();
        for (int i = 1; Files.exists(folder.resolve(i + ".avsc")); i++) {
            versions.add(new Schema.Parser().parse(Files.readString(folder.resolve(i + ".avsc"))));
        }
        return versions;
    }
}
