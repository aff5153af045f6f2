package io.probeline.bridge;

import io.probeline.record.DeviceEvent;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.Outcome;
import io.probeline.record.Session;
import org.jspecify.annotations.Nullable;

/** Puts what happens on a device's line into the words of {@code device-events}. */
final class LineEvents {
    private final String bridge;

    /** @param bridge the name of this instance */
    LineEvents(String bridge) {
        this.bridge = bridge;
    }

    DeviceEvent line(
            DeviceEventKind kind, Session session, Moment now, @Nullable Moment lastSeen, @Nullable String reason) {
        return event(kind, session.getDeviceId(), now)
                .setInteractionId(session.getInteractionId())
                .setSessionId(session.getSessionId())
                .setGeneration(session.getGeneration())
                .setLastSeen(lastSeen == null ? null : lastSeen.wall())
                .setReason(reason)
                .build();
    }

    DeviceEvent waiting(String device, LaneAction.Waiting waiting, Moment now) {
        return command(DeviceEventKind.COMMAND_WAITING, device, waiting.command(), now)
                .setReason(waiting.reason())
                .build();
    }

    DeviceEvent sent(String device, LaneAction.Send send, Moment now) {
        return command(DeviceEventKind.COMMAND_SENT, device, send.command(), now)
                .setAttempt(send.attempt())
                .build();
    }

    DeviceEvent acknowledged(String device, LaneAction.Acknowledged ack, Moment now) {
        return command(DeviceEventKind.COMMAND_ACKNOWLEDGED, device, ack.command(), now)
                .setAttempt(ack.attempt())
                .build();
    }

    DeviceEvent progressed(String device, LaneAction.Progressed progressed, Moment now) {
        return command(DeviceEventKind.COMMAND_PROGRESS, device, progressed.command(), now)
                .setAttempt(progressed.attempt())
                .setPercent(progressed.progress().percent())
                .setMessage(progressed.progress().message())
                .build();
    }

    DeviceEvent done(String device, LaneAction.Conclude conclude, Moment now) {
        var event = command(DeviceEventKind.COMMAND_DONE, device, conclude.command(), now);
        return ended(event, conclude.ending())
                .setAttempt(conclude.attempt() == 0 ? null : conclude.attempt())
                .setReason(bridged(conclude.ending()) ? conclude.ending().code() : null)
                .build();
    }

    DeviceEvent late(Session session, LaneAction.Late late, Moment now) {
        var event = event(DeviceEventKind.COMMAND_LATE, session.getDeviceId(), now)
                .setInteractionId(session.getInteractionId())
                .setSessionId(session.getSessionId())
                .setGeneration(session.getGeneration())
                .setCommandId(late.commandId());
        return ended(event, late.ending()).build();
    }

    private static DeviceEvent.Builder ended(DeviceEvent.Builder event, LaneAction.Ending ending) {
        return event.setOutcome(ending.outcome())
                .setData(ending.data())
                .setErrorCode(ending.code())
                .setErrorMessage(ending.message());
    }

    /** Whether the bridge decided, and not the device. */
    private static boolean bridged(LaneAction.Ending ending) {
        return ending.outcome() != Outcome.OK && ending.outcome() != Outcome.ERROR;
    }

    private DeviceEvent.Builder command(DeviceEventKind kind, String device, QueuedCommand command, Moment now) {
        return event(kind, device, now)
                .setInteractionId(command.interactionId())
                .setSessionId(command.sessionId())
                .setGeneration(command.generation())
                .setCommandId(command.commandId())
                .setCommand(command.command())
                .setPlace(command.place());
    }

    private DeviceEvent.Builder event(DeviceEventKind kind, String device, Moment now) {
        return DeviceEvent.newBuilder()
                .setKind(kind)
                .setDeviceId(device)
                .setAt(now.wall())
                .setBridge(bridge);
    }
}
