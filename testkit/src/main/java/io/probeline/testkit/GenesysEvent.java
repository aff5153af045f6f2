package io.probeline.testkit;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** One thing that happened in the contact centre, as its file keeps it; times are milliseconds since 1970. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = GenesysEvent.Started.class, name = "started"),
    @JsonSubTypes.Type(value = GenesysEvent.Joined.class, name = "joined"),
    @JsonSubTypes.Type(value = GenesysEvent.Left.class, name = "left"),
    @JsonSubTypes.Type(value = GenesysEvent.Ended.class, name = "ended"),
    @JsonSubTypes.Type(value = GenesysEvent.Attributed.class, name = "attributed"),
    @JsonSubTypes.Type(value = GenesysEvent.Written.class, name = "written")
})
sealed interface GenesysEvent {
    /** A customer calls. */
    record Started(long at, String conversationId, String participantId) implements GenesysEvent {}

    /** An agent takes part. */
    record Joined(long at, String conversationId, String participantId, String userId) implements GenesysEvent {}

    /** An agent takes part no longer, a transfer for example. */
    record Left(long at, String conversationId, String userId) implements GenesysEvent {}

    /** The customer has gone, and with them everybody. */
    record Ended(long at, String conversationId) implements GenesysEvent {}

    /** Attributes of a participant were set. */
    record Attributed(long at, String conversationId, String participantId, Map<String, String> attributes)
            implements GenesysEvent {}

    /** A line came into the transcript; any interaction has one. */
    record Written(long at, String interactionId, String id, JsonNode body) implements GenesysEvent {}
}
