package io.probeline.processor;

import io.probeline.record.DeviceEvent;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.Outcome;
import io.probeline.record.RequestKind;
import io.probeline.record.RequestedCommand;
import io.probeline.record.SessionRequest;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Requests and events of one device's session, told in seconds after {@link Frames#ZERO}. */
record Device(String interactionId, String sessionId, String deviceId, long generation) {
    static {
        // Avro builds our records by name only once a format has told it to.
        var _ = new AvroFormat<>(Topics.TRANSCRIPT, new LocalSchemaRegistry());
    }

    Device(String name) {
        this("conv-" + name, "session-" + name, "device-" + name, 1);
    }

    Device generation(long other, String otherSession) {
        return new Device(interactionId, otherSession, deviceId, other);
    }

    SessionRequest open(double seconds, String... commandIds) {
        return request(RequestKind.OPEN, seconds)
                .setCustomerId("customer")
                .setCommands(Stream.of(commandIds)
                        .map(id -> new RequestedCommand(id, "ping_latency"))
                        .toList())
                .build();
    }

    SessionRequest close(double seconds, String reason) {
        return request(RequestKind.CLOSE, seconds).setReason(reason).build();
    }

    SessionRequest watched(double seconds) {
        return request(RequestKind.WATCHED, seconds).build();
    }

    SessionRequest cancel(double seconds, String commandId) {
        return request(RequestKind.CANCEL, seconds)
                .setCommandId(commandId)
                .setPlace(7L)
                .build();
    }

    DeviceEvent connected(double seconds) {
        return event(DeviceEventKind.CONNECTED, seconds).build();
    }

    DeviceEvent sent(double seconds, String commandId) {
        return event(DeviceEventKind.COMMAND_SENT, seconds)
                .setCommandId(commandId)
                .setCommand("ping_latency")
                .build();
    }

    DeviceEvent done(double seconds, String commandId, Outcome outcome) {
        return event(DeviceEventKind.COMMAND_DONE, seconds)
                .setCommandId(commandId)
                .setCommand("ping_latency")
                .setOutcome(outcome)
                .setData("{\"rttMs\":12}")
                .build();
    }

    DeviceEvent.Builder event(DeviceEventKind kind, double seconds) {
        return DeviceEvent.newBuilder()
                .setKind(kind)
                .setInteractionId(interactionId)
                .setSessionId(sessionId)
                .setDeviceId(deviceId)
                .setGeneration(generation)
                .setAt(time(seconds))
                .setBridge("bridge-1");
    }

    SessionRequest.Builder request(RequestKind kind, double seconds) {
        return SessionRequest.newBuilder()
                .setRequestId("request-" + seconds)
                .setKind(kind)
                .setInteractionId(interactionId)
                .setSessionId(sessionId)
                .setDeviceId(deviceId)
                .setGeneration(generation)
                .setRequestedBy("agent")
                .setCommands(List.of())
                .setAt(time(seconds));
    }

    static Instant time(double seconds) {
        return Instant.ofEpochMilli(Frames.at(seconds));
    }
}
