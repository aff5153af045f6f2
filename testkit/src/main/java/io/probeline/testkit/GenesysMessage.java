package io.probeline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** A line of the transcript, as it was received. */
public record GenesysMessage(String interactionId, String id, Instant received, JsonNode body) {
    public String text() {
        return body.at("/content/text").asText();
    }

    /** When the line says that it was made. */
    public Instant timestamp() {
        return Instant.parse(body.path("timestamp").asText());
    }
}
