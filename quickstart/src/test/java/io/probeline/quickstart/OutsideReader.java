package io.probeline.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Programs of others that read the quickstart's topics. */
final class OutsideReader {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Path CONFLUENT = Path.of("src", "test", "confluent").toAbsolutePath();

    private OutsideReader() {}

    /** What this command prints. */
    static String run(List<String> command) {
        try (var process = Launched.run(Map.of(), command)) {
            var end = process.awaitEnd(LIMIT);
            if (end.code() != 0) {
                throw new AssertionError(
                        command + " ended with " + end.code() + ": " + String.join("\n", process.err()));
            }
            return process.printed();
        }
    }

    /** A value of the topic, decoded by Confluent's own deserializer, which found the schema in the quickstart's registry. */
    static JsonNode confluent(RunningQuickstart quickstart, String topic) {
        var node = Parts.program("node", "apt-get install nodejs").toString();
        Parts.folder(CONFLUENT.resolve("node_modules"), "(cd " + CONFLUENT + " && npm ci --ignore-scripts)");
        var script = CONFLUENT.resolve("read.js").toString();
        var printed = run(List.of(node, script, quickstart.kafka(), quickstart.registry(), topic));
        try {
            return ApiClient.JSON.readTree(printed);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + printed, e);
        }
    }
}
