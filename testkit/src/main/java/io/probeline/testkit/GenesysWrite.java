package io.probeline.testkit;

import java.time.Instant;
import java.util.Map;

/**
 * Attributes of a participant that were set by one call.
 *
 * @param late whether the conversation was over, so that nothing is kept for analysis
 */
public record GenesysWrite(
        String conversationId, String participantId, Instant received, Map<String, String> attributes, boolean late) {
    public GenesysWrite {
        attributes = Map.copyOf(attributes);
    }
}
