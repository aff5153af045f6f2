package io.probeline.gateway;

import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.schemas.Ids;
import java.util.List;
import java.util.Optional;

/** {@code DELETE …/commands/{commandId}}: asks the bridge to cancel; what came of it is the command's outcome. */
final class Cancel implements Routes.Handler {
    private final Desk desk;

    Cancel(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Answer handle(Call call, Caller caller, Dossier dossier) {
        var interactionId = call.part("interactionId");
        var commandId = call.part("commandId");
        if (!Ids.valid(commandId)) {
            return Answer.refused(Problem.malformed("commandId must match [A-Za-z0-9._-]{1,128}"));
        }
        dossier.commandId(commandId);
        return desk.upToDate(call.deadline())
                .then(yes -> desk.openSession(interactionId, caller, call.deadline()))
                .answer(now -> {
                    dossier.device(now.deviceId());
                    dossier.session(now.sessionId(), now.place().generation());
                    return desk.written(batch -> rule(interactionId, commandId, caller, dossier), call.deadline());
                });
    }

    private Ruling rule(String interactionId, String commandId, Caller caller, Dossier dossier) {
        var now = desk.board().interaction(interactionId);
        if (now.isEmpty() || !now.get().open()) {
            return new Ruling.Nothing(Answer.refused(Problem.sessionClosed()));
        }
        var command = desk.board().command(interactionId, commandId);
        if (command.isEmpty()) {
            boolean done = now.get().view().commands().done().contains(commandId);
            return new Ruling.Nothing(Answer.refused(done ? Problem.commandDone() : Problem.noCommand()));
        }
        return cancelled(now.get(), command.get(), caller, dossier);
    }

    /** Asked once is enough; a repeat is answered and audited, but the session keeps only so many cancellations. */
    private Ruling cancelled(Board.Now now, QueuedCommand command, Caller caller, Dossier dossier) {
        dossier.command(command.command(), command.params());
        var answer = Json.object()
                .put("commandId", command.commandId())
                .put("command", command.command())
                .put("state", command.stage().name())
                .put("cancelRequested", true);
        var audit =
                dossier.accepted(202, answer.toString(), List.of(), desk.world().now());
        var request = command.cancelAsked()
                ? Optional.<SessionRequest>empty()
                : Optional.of(Requests.about(
                                now,
                                RequestKind.CANCEL,
                                caller.subject(),
                                desk.world().now())
                        .setCommandId(command.commandId())
                        .setPlace(command.place())
                        .build());
        return desk.write(Answer.json(202, answer), request, audit, List.of());
    }
}
