package io.probeline.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.testkit.GenesysConversation.Participant;
import io.probeline.testkit.Routes.Arguments;
import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be asked for, once a call has passed the gate. */
final class GenesysApi implements StubHttp.Handler {
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                    DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
    private static final int LONGEST_VALUE = 256;

    private final GenesysStore store;
    private final GenesysCalling calling;
    private final InstantSource clock;
    private final Routes routes = new Routes(GenesysErrors::noRoute);

    GenesysApi(
            GenesysStore store,
            GenesysCalling calling,
            GenesysDirectory directory,
            GenesysNotifications notifications,
            InstantSource clock) {
        this.store = store;
        this.calling = calling;
        this.clock = clock;
        directory.addTo(routes);
        notifications.addTo(routes);
        routes.on("POST", "/v2/interactions/{id}/transcript/messages", this::write)
                .on("GET", "/api/v2/conversations/{id}", (request, arguments) -> read(arguments))
                .on("PATCH", "/api/v2/conversations/{id}/participants/{participantId}/attributes", this::attribute);
    }

    @Override
    public Response handle(Request request) throws IOException {
        if (!request.body().isEmpty() && !isJson(request)) {
            return GenesysErrors.error(415, "unsupported.media.type", "The content type is not application/json.");
        }
        try {
            return routes.handle(request);
        } catch (StubHttp.Malformed e) {
            return GenesysErrors.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode strictly(Request request) {
        try {
            return STRICT.readTree(request.body());
        } catch (JsonProcessingException e) {
            throw new StubHttp.Malformed("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static boolean isJson(Request request) {
        return request.header("Content-Type").orElse("").startsWith("application/json");
    }

    private Response write(Request request, Arguments arguments) {
        var interactionId = arguments.get("id");
        if (!GenesysTranscript.isInteraction(interactionId)) {
            return GenesysErrors.notFound("interaction " + interactionId);
        }
        var message = strictly(request);
        return GenesysTranscript.objection(message)
                .map(GenesysErrors::badRequest)
                .orElseGet(() -> write(interactionId, message));
    }

    private Response.Answer write(String interactionId, JsonNode message) {
        var id = UUID.randomUUID().toString();
        store.add(new GenesysEvent.Written(clock.millis(), interactionId, id, message));
        return Response.json(201, Map.of("id", id));
    }

    private Response read(Arguments arguments) {
        var id = arguments.get("id");
        return calling.find(id).map(GenesysApi::json).orElseGet(() -> GenesysErrors.notFound("conversation " + id));
    }

    private static Response.Answer json(GenesysConversation conversation) {
        var body = span(conversation.id(), conversation.start(), conversation.end());
        body.put(
                "participants",
                conversation.participants().stream().map(GenesysApi::json).toList());
        return Response.json(200, body);
    }

    private static Map<String, Object> json(Participant participant) {
        var body = span(participant.id(), participant.start(), participant.end());
        body.put("purpose", participant.customer() ? "customer" : "agent");
        if (participant.userId() != null) {
            body.put("userId", participant.userId());
        }
        var state = participant.end() == null ? "connected" : "terminated";
        body.put("calls", List.of(Map.of("id", participant.id() + "-call", "state", state)));
        body.put("attributes", participant.attributes());
        return body;
    }

    private static Map<String, Object> span(String id, Instant start, @Nullable Instant end) {
        var body = new LinkedHashMap<String, Object>();
        body.put("id", id);
        body.put("startTime", start.toString());
        if (end != null) {
            body.put("endTime", end.toString());
        }
        return body;
    }

    private Response attribute(Request request, Arguments arguments) {
        var id = arguments.get("id");
        var participantId = arguments.get("participantId");
        if (calling.find(id).flatMap(c -> c.participant(participantId)).isEmpty()) {
            return GenesysErrors.notFound("participant " + participantId);
        }
        var attributes = strictly(request).path("attributes");
        if (!attributes.isObject()
                || attributes.isEmpty()
                || attributes.valueStream().anyMatch(v -> !fits(v))) {
            return GenesysErrors.badRequest("attributes have to be strings of up to 256 characters");
        }
        var values = new LinkedHashMap<String, String>();
        attributes.properties().forEach(e -> values.put(e.getKey(), e.getValue().textValue()));
        store.add(new GenesysEvent.Attributed(clock.millis(), id, participantId, values));
        return Response.json(200, Map.of("attributes", values));
    }

    private static boolean fits(JsonNode value) {
        return value.isTextual() && value.textValue().length() <= LONGEST_VALUE;
    }
}
