package io.probeline.gateway;

import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Requests about a session that stands. */
final class Requests {
    private Requests() {}

    static SessionRequest.Builder about(Board.Now session, RequestKind kind, String subject, Instant at) {
        return SessionRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setKind(kind)
                .setInteractionId(session.place().interactionId())
                .setSessionId(session.sessionId())
                .setDeviceId(session.deviceId())
                .setGeneration(session.place().generation())
                .setRequestedBy(subject)
                .setCommands(List.of())
                .setAt(at);
    }
}
