package io.probeline.gateway;

/** {@code GET /v1/diagnostics/sessions/{interactionId}}: the session as it stands. */
final class Look implements Routes.Handler {
    private final Desk desk;

    Look(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Answer handle(Call call, Caller caller, Dossier dossier) {
        var interactionId = call.part("interactionId");
        return desk.session(interactionId, caller, call.deadline())
                .then(now -> Step.require(desk.board().snapshot(interactionId), Problem.noSession()))
                .answer(snapshot -> Answer.json(200, snapshot));
    }
}
