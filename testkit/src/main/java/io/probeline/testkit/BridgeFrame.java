package io.probeline.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the bridge says to a device, read as strictly as the protocol's page allows. */
sealed interface BridgeFrame {
    /** A command. */
    record Command(DeviceCommand command) implements BridgeFrame {}

    /** Give a command up. */
    record Cancel(String commandId) implements BridgeFrame {}

    /** Are you there? */
    record Heartbeat(long id) implements BridgeFrame {}

    /** None of these. */
    record Unreadable(String reason) implements BridgeFrame {}

    ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** One frame carries an object, or an array of them. */
    static List<BridgeFrame> read(String text) {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return List.of(new Unreadable("not JSON: " + e.getOriginalMessage()));
        }
        if (!node.isArray()) {
            return List.of(one(node));
        }
        var frames = new ArrayList<BridgeFrame>();
        node.forEach(element -> frames.add(one(element)));
        return frames;
    }

    private static BridgeFrame one(JsonNode node) {
        try {
            return switch (string(node, "type")) {
                case "command" -> new Command(command(node));
                case "cancel" -> new Cancel(string(node, "commandId"));
                case "heartbeat" -> new Heartbeat(integer(node, "id"));
                case String other -> new Unreadable("unknown type: " + other);
            };
        } catch (IllegalArgumentException | DateTimeException e) {
            return new Unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static DeviceCommand command(JsonNode node) {
        var params = node.path("params");
        var attempt = integer(node, "attempt");
        require(params.isObject(), "params is no object");
        require(attempt >= 1 && attempt <= Integer.MAX_VALUE, "attempt is less than 1");
        return new DeviceCommand(
                string(node, "commandId"),
                string(node, "command"),
                params,
                (int) attempt,
                Instant.parse(string(node, "deadline")));
    }

    private static String string(JsonNode node, String field) {
        require(node.path(field).isTextual(), field + " is missing, or no string");
        return node.path(field).textValue();
    }

    private static long integer(JsonNode node, String field) {
        require(node.path(field).canConvertToLong() && node.path(field).isIntegralNumber(), field + " is no integer");
        return node.path(field).longValue();
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
