package io.probeline.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.Alert;
import io.probeline.record.AuditAction;
import io.probeline.record.AuditRecord;
import io.probeline.record.Decision;
import io.probeline.record.DeviceEvent;
import io.probeline.record.RequestKind;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.TranscriptLine;
import io.probeline.record.TranscriptReceipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one record does to a session's view, and what its watchers are told of it.
 *
 * @param events in order; a changed session comes after them
 * @param session whether the session itself must be shown anew
 */
record Fold(SessionView view, List<Event> events, boolean session) {
    /** One event of the stream, as the contract names and writes it. */
    record Event(String type, String data) {
        static Event of(String type, ObjectNode data) {
            return new Event(type, data.toString());
        }
    }

    private static Fold of(SessionView before, SessionView after, List<Event> events) {
        return new Fold(after, events, shown(before, after));
    }

    /** lastSeen alone moves with every frame: it is no news of its own. */
    private static boolean shown(SessionView before, SessionView after) {
        return !before.facts().equals(after.facts())
                || before.presence().status() != after.presence().status()
                || !before.commands().equals(after.commands());
    }

    static Fold on(SessionView view, Session session) {
        return of(view, view.with(SessionView.facts(session)), List.of());
    }

    static Fold on(SessionView view, SessionRequest request) {
        var cancelled = request.getKind() == RequestKind.CANCEL ? request.getCommandId() : Optional.<String>empty();
        var after =
                cancelled.map(id -> view.with(view.commands().cancelAsked(id))).orElse(view);
        return new Fold(after, List.of(), false);
    }

    /** Accepted commands; each is told once, whichever topic told of it first. */
    static Fold on(SessionView view, AuditRecord audit) {
        var after = view.commands();
        var events = new ArrayList<Event>();
        for (var command : accepted(audit)) {
            if (!after.knows(command.commandId())) {
                events.add(Event.of("command", ViewJson.queued(command.commandId(), command.command(), audit.getAt())));
            }
            after = after.accepted(command);
        }
        return of(view, view.with(after), List.copyOf(events));
    }

    /** Of a command that is over nothing more is told, whoever comes late with it. */
    static Fold on(SessionView view, DeviceEvent event) {
        var after = view.with(view.presence().on(event)).with(view.commands().on(event));
        boolean over =
                event.getCommandId().filter(view.commands().done()::contains).isPresent();
        var told = over
                ? Optional.<Event>empty()
                : state(event).map(state -> Event.of("command", ViewJson.command(event, state)));
        return of(view, after, told.stream().toList());
    }

    static Fold on(SessionView view, Aggregate window) {
        if (window.getKind() == AggregateKind.TOTAL) {
            return new Fold(view, List.of(), false);
        }
        var presence = view.presence();
        var now = window.getReceived() > 0
                ? presence.heardSince(window.getWindowStart())
                : presence.silentUntil(window.getWindowEnd());
        var after = view.with(now).measured(window.getMetrics());
        boolean shown = now.status() != presence.status();
        return new Fold(after, List.of(Event.of("aggregate", ViewJson.aggregate(window))), shown);
    }

    static Fold on(SessionView view, Alert alert) {
        return new Fold(view.alerted(alert), List.of(Event.of("alert", ViewJson.alert(alert))), false);
    }

    /** A receipt may be read before its line, since they are two topics: then the line has nothing to add. */
    static Fold on(SessionView view, TranscriptLine line, String text) {
        if (view.knowsLine(line.getLineId())) {
            return new Fold(view, List.of(), false);
        }
        return said(view, new SessionView.Line(line.getLineId(), text, "WAITING", line.getAt()));
    }

    static Fold on(SessionView view, TranscriptReceipt receipt) {
        return said(
                view,
                new SessionView.Line(
                        receipt.getLineId(),
                        receipt.getText(),
                        receipt.getState().name(),
                        receipt.getAt()));
    }

    private static Fold said(SessionView view, SessionView.Line line) {
        return new Fold(view.said(line), List.of(Event.of("transcript", ViewJson.line(line))), false);
    }

    static List<QueuedCommand> accepted(AuditRecord audit) {
        if (audit.getDecision() != Decision.ACCEPTED) {
            return List.of();
        }
        if (audit.getAction() == AuditAction.INITIATE) {
            return audit.getCommands().stream()
                    .map(each -> QueuedCommand.accepted(each.getCommandId(), each.getCommand(), "{}"))
                    .toList();
        }
        return audit.getAction() == AuditAction.EXECUTE
                ? List.of(QueuedCommand.accepted(
                        audit.getCommandId().orElse(""),
                        audit.getCommand().orElse(""),
                        audit.getParams().orElse("{}")))
                : List.of();
    }

    private static Optional<String> state(DeviceEvent event) {
        return switch (event.getKind()) {
            case COMMAND_SENT -> Optional.of("SENT");
            case COMMAND_ACKNOWLEDGED, COMMAND_PROGRESS -> Optional.of("ACKNOWLEDGED");
            case COMMAND_DONE -> Optional.of("DONE");
            case COMMAND_WAITING, COMMAND_LATE, CONNECTED, LIVE, SUSPECT, LOST, RESTORED, REFUSED, ENDED, REPLACED ->
                Optional.empty();
        };
    }
}
