package io.probeline.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.gateway.Ruling.Batch;
import io.probeline.record.Command;
import io.probeline.schemas.CommandSpec;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.Ids;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code POST /v1/diagnostics/execute}: a command of the catalogue into the device's queue. */
final class Execute implements Routes.Handler {
    /** How many commands of one session may wait. */
    static final int QUEUE = 1_000;

    private final Desk desk;
    private final Permission permission;
    private final CommandTopics topics;

    Execute(Desk desk, Permission permission, CommandTopics topics) {
        this.desk = desk;
        this.permission = permission;
        this.topics = topics;
    }

    /** A command that has passed every check but those that only its turn can make. */
    private record Admitted(
            Asks.Execute ask,
            CommandSpec spec,
            ObjectNode params,
            Optional<IdempotencyKey> key,
            Caller caller,
            String commandId) {}

    @Override
    public Answer handle(Call call, Caller caller, Dossier dossier) {
        return Asks.body(call, HttpPort.MOST_BYTES)
                .then(Asks::execute)
                .then(ask -> noted(ask, dossier))
                .then(ask -> desk.key(call, caller, Operation.EXECUTE, dossier)
                        .then(key -> admitted(ask, key, caller, dossier)))
                .then(command -> desk.openSession(command.ask().interactionId(), caller, call.deadline())
                        .then(now -> placed(command, now, call.deadline(), dossier)))
                .then(command ->
                        permission.allowed(command.spec(), caller, dossier).then(spec -> Step.on(command)))
                .answer(command -> desk.written(batch -> rule(command, batch, dossier), call.deadline()));
    }

    private static Step<Asks.Execute> noted(Asks.Execute ask, Dossier dossier) {
        dossier.interaction(ask.interactionId());
        dossier.command(ask.command(), ask.params().toString());
        return Step.on(ask);
    }

    /** Catalogue, parameters, agent: the checks that need nobody else. */
    private Step<Admitted> admitted(Asks.Execute ask, Optional<IdempotencyKey> key, Caller caller, Dossier dossier) {
        return permission.known(ask.command()).then(spec -> switch (spec.admit(ask.params())) {
            case Decoded.Ok<ObjectNode>(var params) -> {
                if (!ask.agentId().orElse(caller.subject()).equals(caller.subject())) {
                    yield Step.refuse(Problem.agentMismatch());
                }
                var id = key.map(each -> each.commandId(ask.interactionId()))
                        .orElseGet(
                                () -> Ids.derived("command", UUID.randomUUID().toString()));
                dossier.command(spec.name(), params.toString());
                dossier.commandId(id);
                yield Step.on(new Admitted(ask, spec, params, key, caller, id));
            }
            case Decoded.Rejected<ObjectNode>(var reason, var detail) -> Step.refuse(Problem.malformed(detail));
        });
    }

    /** The topic stands since the session opened; only where somebody has removed it by hand, it is made again. */
    private Step<Admitted> placed(Admitted command, Board.Now now, Deadline deadline, Dossier dossier) {
        dossier.device(now.deviceId());
        dossier.session(now.sessionId(), now.place().generation());
        var device = new DeviceId(now.deviceId());
        return topics.ready(device) || topics.ensure(device, deadline)
                ? Step.on(command)
                : Step.refuse(Desk.notRecorded());
    }

    /** On the journal's thread: what may have changed since the checks is looked at once more. */
    private Ruling rule(Admitted command, Batch batch, Dossier dossier) {
        var again = desk.again(command.key());
        if (again.isPresent()) {
            return new Ruling.Nothing(again.get());
        }
        if (!command.key().map(key -> batch.claim("key " + key.hash())).orElse(true)) {
            return new Ruling.Later();
        }
        var now = desk.board().interaction(command.ask().interactionId());
        if (now.isEmpty() || !now.get().open()) {
            return new Ruling.Nothing(Answer.refused(Problem.sessionClosed()));
        }
        int position = now.get().waiting() + batch.before("session " + now.get().sessionId());
        return position < QUEUE
                ? accepted(command, now.get(), position, dossier)
                : new Ruling.Nothing(Answer.refused(Problem.queueFull(QUEUE)));
    }

    private Ruling accepted(Admitted command, Board.Now now, int position, Dossier dossier) {
        var answer = Json.object()
                .put("commandId", command.commandId())
                .put("command", command.spec().name())
                .put("state", "QUEUED")
                .put("position", position);
        dossier.session(now.sessionId(), now.place().generation());
        var audit =
                dossier.accepted(202, answer.toString(), List.of(), desk.world().now());
        return desk.write(
                Answer.json(202, answer),
                Optional.empty(),
                audit,
                List.of(desk.drafts().of(record(command, now, dossier))));
    }

    private Command record(Admitted command, Board.Now now, Dossier dossier) {
        var origin = new Commands.Origin(
                now.place(),
                now.deviceId(),
                command.caller().subject(),
                desk.world().now(),
                dossier.traceparent());
        return Commands.record(command.spec(), command.params(), command.commandId(), origin);
    }
}
