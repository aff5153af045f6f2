package io.probeline.processor;

import io.probeline.record.Cancellation;
import io.probeline.record.DeviceEvent;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.Outcome;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.SessionState;
import io.probeline.record.TranscriptLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The session state machine: requests and device events in, the session as it stands and its transcript lines out.
 *
 * <pre>
 * INITIATED ──▶ RUNNING ⇄ COMPLETED      RUNNING while a command is pending, COMPLETED while none is
 *     └────────────┴──────────┴──▶ DISCONNECTED, ERROR ──▶ back when the device is back
 * any ──▶ CLOSED                          after which nothing changes it; the next OPEN begins another session
 * </pre>
 */
final class SessionFold {
    /** As many commands as may wait: a cancel that was taken is never forgotten before its command has come to its end. */
    private static final int MOST_CANCELLED = 1_000;

    private static final int MOST_PENDING = 1_000;

    /** The state after an input, and what is to be said of it. The state is the same object where nothing has changed. */
    record Step(@Nullable DeviceState state, List<TranscriptLine> lines) {
        static Step to(@Nullable DeviceState state) {
            return new Step(state, List.of());
        }
    }

    /** A device that is there is told of once a minute, however often it sends, and so is a widget: only after that is nobody there. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(75);

    private SessionFold() {}

    static Step request(@Nullable DeviceState now, SessionRequest request) {
        return switch (request.getKind()) {
            case OPEN -> Step.to(open(now, request));
            case CLOSE ->
                Step.to(ofOpen(now, request.getSessionId())
                        .map(state -> close(state, request.getReason().orElse("requested"), request.getAt()))
                        .orElse(now));
            case CANCEL ->
                Step.to(ofOpen(now, request.getSessionId())
                        .map(state -> cancel(state, request))
                        .orElse(now));
            case WATCHED ->
                Step.to(ofOpen(now, request.getSessionId())
                        .map(state -> state.active(request.getAt()))
                        .orElse(now));
        };
    }

    static Step event(@Nullable DeviceState now, DeviceEvent event) {
        return ofOpen(now, event.getSessionId())
                .map(state -> ofCurrent(state, event))
                .orElseGet(() -> new Step(now, afterTheEnd(now, event)));
    }

    /** A command that was in doubt when its session ended, a reboot say, is settled after that; the call goes on, and whoever asked for it is to know. */
    private static List<TranscriptLine> afterTheEnd(@Nullable DeviceState now, DeviceEvent event) {
        if (now == null
                || now.open()
                || !now.session().getSessionId().equals(event.getSessionId())
                || event.getKind() != DeviceEventKind.COMMAND_DONE) {
            return List.of();
        }
        return switch (event.getOutcome().orElseThrow()) {
            case UNKNOWN, EXECUTED, NOT_EXECUTED -> SessionLines.done(now.session(), event);
            case OK, ERROR, TIMED_OUT, CANCELLED, EXPIRED, SESSION_CLOSED -> List.of();
        };
    }

    /** @param since when this service began to look: what came while it was away is no idleness */
    static DeviceState time(DeviceState state, Instant now, Instant since, Duration maxAge, Duration idle) {
        var session = state.session();
        if (!state.open()) {
            return state;
        }
        if (!session.getOpenedAt().plus(maxAge).isAfter(now)) {
            return close(state, "max_age", now);
        }
        var active = session.getActiveAt().isAfter(since) ? session.getActiveAt() : since;
        return active.plus(untold(session, idle)).isAfter(now) ? state : close(state, "idle", now);
    }

    private static Duration untold(Session session, Duration idle) {
        boolean there = session.getState() == SessionState.RUNNING || session.getState() == SessionState.COMPLETED;
        return there && idle.compareTo(TOLD_WITHIN) < 0 ? TOLD_WITHIN : idle;
    }

    private static @Nullable DeviceState open(@Nullable DeviceState now, SessionRequest request) {
        if (now != null
                && (now.open() || request.getGeneration() <= now.session().getGeneration())) {
            return now;
        }
        return DeviceState.opened(
                Session.newBuilder()
                        .setInteractionId(request.getInteractionId())
                        .setSessionId(request.getSessionId())
                        .setDeviceId(request.getDeviceId())
                        .setGeneration(request.getGeneration())
                        .setCustomerId(request.getCustomerId().orElse(""))
                        .setState(SessionState.INITIATED)
                        .setCommands(request.getCommands())
                        .setPending(request.getCommands().stream()
                                .map(command -> command.getCommandId())
                                .toList())
                        .setOpenedAt(request.getAt())
                        .setOpenedBy(request.getRequestedBy())
                        .setUpdatedAt(request.getAt())
                        .setActiveAt(request.getAt())
                        .build(),
                now);
    }

    private static Step ofCurrent(DeviceState state, DeviceEvent event) {
        return switch (event.getKind()) {
            case CONNECTED, RESTORED -> back(state.active(event.getAt()), event);
            case LOST -> away(state, SessionState.DISCONNECTED, "device_lost", event);
            case REFUSED -> away(state, SessionState.ERROR, "device_refused", event);
            case ENDED -> Step.to(close(state, "backend_ended", event.getAt()));
            case COMMAND_SENT -> Step.to(sent(state.active(event.getAt()), event));
            case COMMAND_DONE -> done(state.active(event.getAt()), event);
            case LIVE, COMMAND_WAITING, COMMAND_ACKNOWLEDGED, COMMAND_PROGRESS, COMMAND_LATE ->
                Step.to(state.active(event.getAt()));
            case SUSPECT, REPLACED -> Step.to(state);
        };
    }

    private static Step back(DeviceState state, DeviceEvent event) {
        var session = state.session();
        return switch (session.getState()) {
            case INITIATED, DISCONNECTED, ERROR -> {
                var next = state.with(changed(session, event.getAt())
                        .setState(session.getPending().isEmpty() ? SessionState.COMPLETED : SessionState.RUNNING)
                        .setReason(null)
                        .setResumeTo(null)
                        .build());
                yield state.lostSaid()
                        ? new Step(next.lostSaid(false), List.of(SessionLines.restored(session, event)))
                        : Step.to(next);
            }
            case RUNNING, COMPLETED, CLOSED -> Step.to(state);
        };
    }

    /** Told once: bridges try again and again, and each failure would be another line. */
    private static Step away(DeviceState state, SessionState to, String otherwise, DeviceEvent event) {
        var session = state.session();
        var reason = event.getReason().orElse(otherwise);
        if (session.getState() == to && session.getReason().equals(Optional.of(reason))) {
            return Step.to(state);
        }
        var next = state.with(changed(session, event.getAt())
                .setState(to)
                .setReason(reason)
                .setResumeTo(session.getResumeTo().orElse(session.getState()))
                .build());
        if (to == SessionState.ERROR) {
            return new Step(next, List.of(SessionLines.refused(session, event, reason)));
        }
        return state.lostSaid()
                ? Step.to(next)
                : new Step(next.lostSaid(true), List.of(SessionLines.lost(session, event, reason)));
    }

    private static DeviceState sent(DeviceState state, DeviceEvent event) {
        var session = state.session();
        var id = event.getCommandId().orElseThrow();
        boolean known =
                session.getPending().contains(id) || session.getPending().size() >= MOST_PENDING;
        if (known && session.getState() != SessionState.COMPLETED) {
            return state;
        }
        var pending = new ArrayList<>(session.getPending());
        if (!known) {
            pending.add(id);
        }
        return state.with(changed(session, event.getAt())
                .setPending(pending)
                .setState(session.getState() == SessionState.COMPLETED ? SessionState.RUNNING : session.getState())
                .build());
    }

    private static Step done(DeviceState state, DeviceEvent event) {
        var session = state.session();
        var id = event.getCommandId().orElseThrow();
        var lines = SessionLines.done(session, event);
        boolean cancelled =
                session.getCancelled().stream().anyMatch(c -> c.getCommandId().equals(id));
        if (!session.getPending().contains(id) && !cancelled) {
            return new Step(state, lines);
        }
        var pending =
                session.getPending().stream().filter(other -> !other.equals(id)).toList();
        boolean completes = session.getState() == SessionState.RUNNING && pending.isEmpty();
        var next = changed(session, event.getAt())
                .setPending(pending)
                .setCancelled(cancelledAfter(session, id, event.getOutcome().orElseThrow()))
                .setState(completes ? SessionState.COMPLETED : session.getState())
                .build();
        return new Step(state.with(next), lines);
    }

    /**
     * A command that was given up stays cancelled: a bridge that takes over just now may have read the events before this one, and what is not in the session either it
     * would send. It goes to the front, where it is the first to be forgotten.
     */
    private static List<Cancellation> cancelledAfter(Session session, String id, Outcome outcome) {
        var others = new ArrayList<Cancellation>();
        for (var each : session.getCancelled()) {
            if (!each.getCommandId().equals(id)) {
                others.add(each);
            } else if (outcome == Outcome.CANCELLED) {
                others.addFirst(each);
            }
        }
        return others;
    }

    private static DeviceState cancel(DeviceState state, SessionRequest request) {
        var session = state.session();
        var id = request.getCommandId().orElseThrow();
        if (session.getCancelled().stream().anyMatch(c -> c.getCommandId().equals(id))) {
            return state.active(request.getAt());
        }
        var cancelled = new ArrayList<>(session.getCancelled());
        cancelled.add(Cancellation.newBuilder()
                .setCommandId(id)
                .setPlace(request.getPlace().orElse(null))
                .setRequestedBy(request.getRequestedBy())
                .setAt(request.getAt())
                .build());
        int from = Math.max(0, cancelled.size() - MOST_CANCELLED);
        return state.active(request.getAt())
                .with(changed(state.active(request.getAt()).session(), request.getAt())
                        .setCancelled(List.copyOf(cancelled.subList(from, cancelled.size())))
                        .build());
    }

    private static DeviceState close(DeviceState state, String reason, Instant at) {
        return state.with(changed(state.session(), at)
                .setState(SessionState.CLOSED)
                .setReason(reason)
                .setResumeTo(null)
                .setPending(List.of())
                .setCancelled(List.of())
                .setClosedAt(at)
                .build());
    }

    private static Session.Builder changed(Session session, Instant at) {
        return Session.newBuilder(session).setUpdatedAt(at);
    }

    private static Optional<DeviceState> ofOpen(@Nullable DeviceState state, String sessionId) {
        return Optional.ofNullable(state)
                .filter(DeviceState::open)
                .filter(open -> open.session().getSessionId().equals(sessionId));
    }
}
