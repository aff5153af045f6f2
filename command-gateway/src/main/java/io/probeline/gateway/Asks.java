package io.probeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The bodies of the two POSTs, read strictly where the contract has a word on them; fields that it does not know are passed over. */
final class Asks {
    static final int COMMANDS = 16;

    /** Body of {@code initiate}. */
    record Initiate(String interactionId, String customerId, String deviceId, List<String> commands) {}

    /** Body of {@code execute}. */
    record Execute(String interactionId, String command, ObjectNode params, Optional<String> agentId) {}

    private Asks() {}

    static Step<ObjectNode> body(Call call, int most) {
        return switch (call.body()) {
            case Call.Payload.TooLarge() -> Step.refuse(Problem.tooLarge(most));
            case Call.Payload.Bytes(var bytes) when !json(call) -> Step.refuse(Problem.unsupportedMediaType());
            case Call.Payload.Bytes(var bytes) ->
                switch (Json.read(bytes)) {
                    case Decoded.Ok<ObjectNode>(var object) -> Step.on(object);
                    case Decoded.Rejected<ObjectNode>(var reason, var detail) -> Step.refuse(Problem.malformed(detail));
                };
        };
    }

    static Step<Initiate> initiate(ObjectNode body) {
        return id(body, "interactionId")
                .then(interaction -> id(body, "customerId")
                        .then(customer -> id(body, "deviceId")
                                .then(device -> commands(body)
                                        .then(commands ->
                                                Step.on(new Initiate(interaction, customer, device, commands))))));
    }

    static Step<Execute> execute(ObjectNode body) {
        return id(body, "interactionId")
                .then(interaction -> text(body, "command")
                        .then(command -> params(body)
                                .then(params -> agent(body)
                                        .then(agent -> Step.on(new Execute(interaction, command, params, agent))))));
    }

    private static boolean json(Call call) {
        var type = call.header("content-type").orElse("");
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().equalsIgnoreCase("application/json");
    }

    private static Step<String> text(ObjectNode body, String field) {
        var value = body.get(field);
        if (value == null || value.isNull()) {
            return Step.refuse(Problem.malformed(field + " is missing"));
        }
        return value.isTextual()
                ? Step.on(value.asText())
                : Step.refuse(Problem.malformed(field + " must be a string"));
    }

    private static Step<String> id(ObjectNode body, String field) {
        return text(body, field)
                .then(value -> Ids.valid(value)
                        ? Step.on(value)
                        : Step.refuse(Problem.malformed(field + " must match [A-Za-z0-9._-]{1,128}")));
    }

    private static Step<List<String>> commands(ObjectNode body) {
        var list = body.get("requestedCommands");
        if (list == null || !list.isArray() || list.size() > COMMANDS) {
            return Step.refuse(
                    Problem.malformed("requestedCommands must be an array of at most " + COMMANDS + " strings"));
        }
        var commands = new ArrayList<String>();
        for (JsonNode each : list) {
            if (!each.isTextual()) {
                return Step.refuse(Problem.malformed("requestedCommands must hold strings only"));
            }
            commands.add(each.asText());
        }
        return Step.on(List.copyOf(commands));
    }

    private static Step<ObjectNode> params(ObjectNode body) {
        var params = body.get("params");
        if (params == null || params.isNull()) {
            return Step.on(Json.object());
        }
        return params instanceof ObjectNode object
                ? Step.on(object)
                : Step.refuse(Problem.malformed("params must be an object"));
    }

    private static Step<Optional<String>> agent(ObjectNode body) {
        var agent = body.get("agentId");
        return agent == null || agent.isNull()
                ? Step.on(Optional.empty())
                : text(body, "agentId").then(value -> Step.on(Optional.of(value)));
    }
}
