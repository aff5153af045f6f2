package io.probeline.gateway;

import io.probeline.gateway.DeviceStanding.Place;
import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.schemas.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Requests about a session that stands. */
final class Requests {
    private static final String RETIRED = "retired";

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

    /** The device's command topic will go: an end of a session that has ended a day ago, which changes no session. */
    static SessionRequest retired(DeviceId device, Place last, Instant at) {
        return SessionRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setKind(RequestKind.CLOSE)
                .setInteractionId(last.interactionId())
                .setSessionId(last.sessionId())
                .setDeviceId(device.value())
                .setGeneration(last.generation())
                .setRequestedBy("system:janitor")
                .setCommands(List.of())
                .setReason(RETIRED)
                .setAt(at)
                .build();
    }

    static boolean retires(SessionRequest request) {
        return request.getKind() == RequestKind.CLOSE
                && request.getReason().filter(RETIRED::equals).isPresent();
    }
}
