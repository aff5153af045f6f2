package io.probeline.gateway;

import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import java.util.List;
import java.util.Optional;

/** {@code POST …/close}: ends the session. Ending it twice is as good as once. */
final class Close implements Routes.Handler {
    private final Desk desk;

    Close(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Answer handle(Call call, Caller caller, Dossier dossier) {
        var interactionId = call.part("interactionId");
        return desk.session(interactionId, caller, call.deadline()).answer(now -> {
            dossier.device(now.deviceId());
            dossier.session(now.sessionId(), now.place().generation());
            return desk.written(batch -> rule(interactionId, caller, dossier), call.deadline());
        });
    }

    private Ruling rule(String interactionId, Caller caller, Dossier dossier) {
        var session = desk.board().interaction(interactionId);
        if (session.isEmpty()) {
            return new Ruling.Nothing(Answer.refused(Problem.noSession()));
        }
        var now = session.get();
        var answer = Json.object()
                .put("status", "accepted")
                .put("sessionId", now.sessionId())
                .put("interactionId", interactionId)
                .put("deviceId", now.deviceId())
                .put("state", "CLOSED");
        var at = desk.world().now();
        var request = now.open()
                ? Optional.of(Requests.about(now, RequestKind.CLOSE, caller.subject(), at)
                        .setReason("requested")
                        .build())
                : Optional.<SessionRequest>empty();
        var audit = dossier.accepted(202, answer.toString(), List.of(), at);
        return desk.write(Answer.json(202, answer), request, audit, List.of());
    }
}
