package io.probeline.processor;

import io.probeline.record.DeviceEvent;
import io.probeline.record.LineKind;
import io.probeline.record.Outcome;
import io.probeline.record.Priority;
import io.probeline.record.Session;
import io.probeline.record.TranscriptLine;
import java.util.List;

/** What the transcript hears of a device's line and of its commands. */
final class SessionLines {
    /** A line says a few facts; more data than this is not carried to it. */
    private static final int LONGEST_DATA = 32_768;

    private static final int LONGEST_MESSAGE = 2_000;

    private SessionLines() {}

    static TranscriptLine lost(Session session, DeviceEvent event, String reason) {
        return ofDevice(session, event, LineKind.LOST).setReason(reason).build();
    }

    static TranscriptLine restored(Session session, DeviceEvent event) {
        return ofDevice(session, event, LineKind.RESTORED).build();
    }

    static TranscriptLine refused(Session session, DeviceEvent event, String reason) {
        return ofDevice(session, event, LineKind.REFUSED).setReason(reason).build();
    }

    /** One that its session's end took away before it ran has no line: the end has been told, and nothing has happened to the device. */
    static List<TranscriptLine> done(Session session, DeviceEvent event) {
        var outcome = event.getOutcome().orElseThrow();
        return switch (outcome) {
            case OK, ERROR, TIMED_OUT, CANCELLED, EXPIRED, EXECUTED, NOT_EXECUTED ->
                List.of(ofCommand(session, event, LineKind.RESULT, Priority.RESULT, outcome));
            case UNKNOWN -> List.of(ofCommand(session, event, LineKind.OUTCOME_UNKNOWN, Priority.ALARM, outcome));
            case SESSION_CLOSED -> List.of();
        };
    }

    private static TranscriptLine ofCommand(
            Session session, DeviceEvent event, LineKind kind, Priority priority, Outcome outcome) {
        var id = event.getCommandId().orElseThrow();
        // One line id for whatever the outcome is: the first that is told stands, another of the same command is the
        // same line again.
        return line(session, event, LineKind.RESULT, priority, id)
                .setKind(kind)
                .setCommandId(id)
                .setCommand(event.getCommand().orElse(null))
                .setOutcome(outcome)
                .setData(event.getData()
                        .filter(data -> data.length() <= LONGEST_DATA)
                        .orElse(null))
                .setReason(event.getErrorCode().or(event::getReason).orElse(null))
                .setMessage(event.getErrorMessage()
                        .or(event::getMessage)
                        .map(SessionLines::cut)
                        .orElse(null))
                .build();
    }

    private static TranscriptLine.Builder ofDevice(Session session, DeviceEvent event, LineKind kind) {
        var at = Long.toString(event.getAt().toEpochMilli());
        return line(session, event, kind, Priority.ALARM, at)
                .setMessage(event.getMessage().map(SessionLines::cut).orElse(null));
    }

    private static TranscriptLine.Builder line(
            Session session, DeviceEvent event, LineKind kind, Priority priority, String which) {
        return Lines.line(
                session.getInteractionId(),
                session.getSessionId(),
                session.getDeviceId(),
                kind,
                priority,
                event.getAt(),
                which);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE);
    }
}
