package io.probeline.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.schemas.Decoded;
import java.io.IOException;
import java.time.Instant;

/** How the gateway reads and writes JSON: a key twice or a word behind the end is an error. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** An object from outside, or what is wrong with it. */
    static Decoded<ObjectNode> read(byte[] bytes) {
        try {
            return MAPPER.readTree(bytes) instanceof ObjectNode object
                    ? new Decoded.Ok<>(object)
                    : new Decoded.Rejected<>("malformed", "the body must be a JSON object");
        } catch (JsonProcessingException e) {
            return new Decoded.Rejected<>("malformed", "not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            return new Decoded.Rejected<>("malformed", "not JSON");
        }
    }

    /** Text that one of our own topics holds as JSON; what is none stays a text, so that nothing is hidden. */
    static JsonNode embedded(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.textNode(text);
        }
    }

    /** RFC 3339 in UTC, always with milliseconds, so that text order is time order. */
    static String time(Instant at) {
        var text = at.truncatedTo(java.time.temporal.ChronoUnit.MILLIS).toString();
        return text.length() == "2026-11-22T10:15:30Z".length() ? text.substring(0, text.length() - 1) + ".000Z" : text;
    }
}
