package io.probeline.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A command of the catalogue: what it takes, who may run it, and what may be done when nobody knows whether it ran.
 *
 * @param deadline from sending, without the duration that {@code deadlineParam} adds
 * @param deadlineParam parameter whose duration the device needs on top of {@code deadline}
 * @param waits how long it may stand in the queue before it expires unsent
 */
public record CommandSpec(
        String name,
        String title,
        String description,
        JsonNode params,
        JsonSchema paramsSchema,
        Safety safety,
        Risk risk,
        Optional<String> role,
        Duration deadline,
        Optional<String> deadlineParam,
        Duration waits,
        Optional<Probe> probe) {

    /** Whether the device may be asked again when nobody knows whether it ran. */
    public enum Safety {
        REPEATABLE,
        ONCE
    }

    /** High risk needs a role, and the widget asks before it sends. */
    public enum Risk {
        LOW,
        HIGH
    }

    /**
     * A read-only command that tells whether the device has started anew, and so whether the other has run.
     *
     * @param params with which it is asked, as JSON text
     * @param counters names that the data may give the count of starts
     * @param uptimes names that the data may give the seconds since the last start
     */
    public record Probe(String command, String params, List<String> counters, List<String> uptimes) {}

    /** Parameters as the device gets them, defaults filled in; or what the command's schema has against them. */
    public Decoded<ObjectNode> admit(ObjectNode given) {
        var full = given.deepCopy();
        params.path("properties").properties().forEach(property -> {
            if (!full.has(property.getKey()) && property.getValue().has("default")) {
                full.set(property.getKey(), property.getValue().get("default"));
            }
        });
        var faults = paramsSchema.validate(full);
        return faults.isEmpty()
                ? new Decoded.Ok<>(full)
                : new Decoded.Rejected<>(
                        "malformed",
                        faults.stream()
                                .map(ValidationMessage::getMessage)
                                .sorted()
                                .collect(Collectors.joining("; ")));
    }

    /** How long the device has, from sending, for these admitted parameters. */
    public Duration deadline(JsonNode admitted) {
        return deadlineParam
                .map(param -> deadline.plus(Durations.parse(admitted.path(param).asText())))
                .orElse(deadline);
    }
}
