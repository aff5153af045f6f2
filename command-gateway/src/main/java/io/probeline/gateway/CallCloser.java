package io.probeline.gateway;

import io.probeline.record.AuditAction;
import io.probeline.record.RequestKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ends the sessions of calls that are over. An end may be told twice, or late: what has no open session is left alone. Kafka may be away: then it is
 * tried again. For one thread only.
 */
final class CallCloser {
    static final String SUBJECT = "system:genesys";
    static final String REASON = "conversation_ended";
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final int MOST = 10_000;

    private final Desk desk;
    private final String gateway;
    private final GatewayMetrics metrics;
    private final Map<String, Long> ended = new HashMap<>();

    /** @param gateway the name of this instance */
    CallCloser(Desk desk, String gateway, GatewayMetrics metrics) {
        this.desk = desk;
        this.gateway = gateway;
        this.metrics = metrics;
    }

    void ended(String call, long now) {
        if (ended.size() < MOST) {
            ended.putIfAbsent(call, now);
        }
    }

    /** Asks for the end of each session that is still open, and forgets the others. */
    void again(long now) {
        ended.keySet().removeIf(call -> open(call).isEmpty());
        ended.replaceAll((call, due) -> {
            if (due - now > 0) {
                return due;
            }
            var _ = desk.offer(batch -> rule(call));
            return now + AGAIN.toNanos();
        });
    }

    private Optional<Board.Now> open(String call) {
        return desk.board().interaction(call).filter(Board.Now::open);
    }

    private Ruling rule(String call) {
        var session = open(call);
        if (session.isEmpty()) {
            return new Ruling.Nothing(Answer.json(202, Json.object()));
        }
        var now = session.get();
        var at = desk.world().now();
        var dossier = new Dossier(AuditAction.CLOSE, gateway, null);
        dossier.caller(SUBJECT);
        dossier.interaction(call);
        dossier.device(now.deviceId());
        dossier.session(now.sessionId(), now.place().generation());
        var request = Requests.about(now, RequestKind.CLOSE, SUBJECT, at)
                .setReason(REASON)
                .build();
        metrics.callEnded();
        return desk.write(
                Answer.json(202, Json.object()),
                Optional.of(request),
                dossier.accepted(202, Json.object().toString(), List.of(), at),
                List.of());
    }
}
