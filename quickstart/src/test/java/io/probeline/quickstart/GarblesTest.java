package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.testkit.ApplianceAct.Say;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Whether the malformed frames are malformed, by an independent reading of the protocol's page. */
class GarblesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void noneOfTheMalformedFramesIsAllowed() {
        for (var kind : Garbles.KINDS) {
            if (kind instanceof Say(var text)) {
                assertFalse(allowed(text), () -> "the protocol allows " + text);
            }
        }
    }

    @Test
    void theReadingItselfAllowsGoodFrames() {
        assertTrue(
                allowed("{\"type\":\"telemetry\",\"ts\":\"2026-11-22T10:15:30.123Z\",\"metrics\":{\"latency\":23.1}}"));
        assertTrue(allowed("{\"type\":\"ack\",\"commandId\":\"c1\"}"));
    }

    private static boolean allowed(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > 64 * 1024) {
            return false;
        }
        try {
            var frame = JSON.readTree(text);
            return switch (frame.path("type").asText()) {
                case "telemetry" -> time(frame.path("ts")) && metrics(frame.path("metrics"));
                case "ack" -> frame.path("commandId").isTextual();
                case String other -> false;
            };
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static boolean time(JsonNode ts) {
        try {
            return ts.isMissingNode() || Instant.parse(ts.asText()).isAfter(Instant.EPOCH);
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean metrics(JsonNode metrics) {
        return metrics.isObject()
                && metrics.size() >= 1
                && metrics.size() <= 64
                && metrics.properties().stream()
                        .allMatch(m -> m.getKey().matches("[a-z][a-z0-9_]{0,63}")
                                && m.getValue().isNumber()
                                && Double.isFinite(m.getValue().asDouble()));
    }
}
