package io.probeline.gateway;

import io.probeline.record.Alert;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.SessionState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One session as its agent sees it: all that a snapshot shows, folded from the topics; what changes is a new value. */
record SessionView(
        Facts facts,
        Presence presence,
        CommandQueue commands,
        Map<String, MetricAggregate> aggregates,
        Map<String, Alert> alerts,
        List<Line> lines) {
    private static final int ALERTS = 50;
    private static final int LINES = 50;

    /** What the session is. */
    record Facts(
            String sessionId,
            String interactionId,
            String deviceId,
            long generation,
            SessionState state,
            @Nullable String reason,
            Instant openedAt,
            @Nullable Instant closedAt) {}

    /** One line of the transcript, and what has become of it. */
    record Line(String lineId, String text, String state, Instant at) {}

    static SessionView of(Facts facts) {
        return new SessionView(facts, Presence.UNKNOWN, CommandQueue.EMPTY, Map.of(), Map.of(), List.of());
    }

    static SessionView asked(SessionRequest request) {
        return of(new Facts(
                request.getSessionId(),
                request.getInteractionId(),
                request.getDeviceId(),
                request.getGeneration(),
                SessionState.INITIATED,
                null,
                request.getAt(),
                null));
    }

    static Facts facts(Session session) {
        return new Facts(
                session.getSessionId(),
                session.getInteractionId(),
                session.getDeviceId(),
                session.getGeneration(),
                session.getState(),
                session.getReason().orElse(null),
                session.getOpenedAt(),
                session.getClosedAt().orElse(null));
    }

    boolean closed() {
        return facts.state() == SessionState.CLOSED;
    }

    SessionView with(Facts now) {
        var there = now.state() == SessionState.CLOSED ? presence.gone() : presence;
        return new SessionView(now, there, commands, aggregates, alerts, lines);
    }

    SessionView with(Presence now) {
        return new SessionView(facts, closed() ? now.gone() : now, commands, aggregates, alerts, lines);
    }

    SessionView with(CommandQueue now) {
        return new SessionView(facts, presence, now, aggregates, alerts, lines);
    }

    /** The newest value of each metric, over windows of either length. */
    SessionView measured(Map<String, MetricAggregate> window) {
        var all = new TreeMap<>(aggregates);
        all.putAll(window);
        return new SessionView(facts, presence, commands, all, alerts, lines);
    }

    SessionView alerted(Alert alert) {
        var all = new LinkedHashMap<>(alerts);
        all.remove(alert.getAlertId());
        all.put(alert.getAlertId(), alert);
        if (all.size() > ALERTS) {
            all.pollFirstEntry();
        }
        return new SessionView(facts, presence, commands, aggregates, all, lines);
    }

    /** A line's next word takes the place of its last one; a line that waits never comes after what became of it. */
    SessionView said(Line line) {
        var others = lines.stream()
                .filter(each -> !each.lineId().equals(line.lineId()))
                .toList();
        var all = new java.util.ArrayList<>(others);
        all.add(line);
        return new SessionView(
                facts,
                presence,
                commands,
                aggregates,
                alerts,
                List.copyOf(all.subList(Math.max(0, all.size() - LINES), all.size())));
    }

    boolean knowsLine(String lineId) {
        return lines.stream().anyMatch(each -> each.lineId().equals(lineId));
    }
}
