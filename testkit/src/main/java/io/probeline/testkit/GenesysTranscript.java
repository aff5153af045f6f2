package io.probeline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether a transcript message is to the letter what the contract shows: a stand-in that is lenient proves nothing. */
final class GenesysTranscript {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Pattern TIMESTAMP = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");

    private GenesysTranscript() {}

    static boolean isInteraction(String id) {
        return ID.matcher(id).matches();
    }

    /** What is wrong with the message, if anything is. */
    static Optional<String> objection(JsonNode message) {
        return fields(message, "the message", Set.of("type", "content", "from", "timestamp"))
                .or(() -> value(message, "/type", "message"))
                .or(() -> fields(message.path("content"), "content", Set.of("type", "text")))
                .or(() -> value(message, "/content/type", "text"))
                .or(() -> text(message.at("/content/text")))
                .or(() -> fields(message.path("from"), "from", Set.of("id", "name", "type")))
                .or(() -> value(message, "/from/id", "system:iot_monitor"))
                .or(() -> value(message, "/from/name", "IoT Diagnostic Monitor"))
                .or(() -> value(message, "/from/type", "system"))
                .or(() -> timestamp(message.path("timestamp")));
    }

    private static Optional<String> fields(JsonNode node, String what, Set<String> expected) {
        var names = new HashSet<String>();
        node.fieldNames().forEachRemaining(names::add);
        return unless(names.equals(expected), what + " has the fields " + names + " instead of " + expected);
    }

    private static Optional<String> value(JsonNode message, String pointer, String expected) {
        var node = message.at(pointer);
        return unless(expected.equals(node.textValue()), pointer + " is " + node + " instead of " + expected);
    }

    private static Optional<String> text(JsonNode text) {
        return unless(text.isTextual() && !text.textValue().isBlank(), "content/text is no text");
    }

    private static Optional<String> timestamp(JsonNode timestamp) {
        return unless(isTimestamp(timestamp.asText()), "timestamp is no UTC time with milliseconds: " + timestamp);
    }

    private static boolean isTimestamp(String text) {
        try {
            return TIMESTAMP.matcher(text).matches() && Instant.parse(text).isAfter(Instant.EPOCH);
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static Optional<String> unless(boolean right, String objection) {
        return right ? Optional.empty() : Optional.of(objection);
    }
}
