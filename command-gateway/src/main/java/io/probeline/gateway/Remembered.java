package io.probeline.gateway;

import io.probeline.record.AuditAction;
import io.probeline.record.AuditRecord;
import io.probeline.record.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The accepted answers of the last 24 h by idempotency key, at most {@link #MOST} of them, folded from the audit topic, so that each
 * gateway instance gives the same. Not thread-safe: {@link Board} guards it.
 */
final class Remembered {
    static final Duration KEPT = Duration.ofHours(24);
    static final int MOST = 100_000;

    /** An answer that was given, and to which request. */
    record Given(String requestHash, int status, String answer, String auditId, Instant at) {}

    private final Map<String, Given> answers = new LinkedHashMap<>();
    private long droppedEarly;

    /** The answer that was given under this key, unless that is too long ago. */
    Optional<Given> under(String keyHash, Instant now) {
        return Optional.ofNullable(answers.get(keyHash))
                .filter(given -> given.at().isAfter(now.minus(KEPT)));
    }

    /** The first accepted answer stands; an initiate that the processor has turned down afterwards is forgotten. */
    void on(AuditRecord audit) {
        var key = audit.getIdempotencyKey().orElse("");
        if (key.isEmpty()) {
            return;
        }
        if (audit.getDecision() == Decision.REFUSED) {
            forgetRefused(key, audit);
            return;
        }
        answers.computeIfPresent(key, (k, old) -> old.at().isAfter(audit.getAt().minus(KEPT)) ? old : null);
        answers.putIfAbsent(
                key,
                new Given(
                        audit.getRequestHash().orElse(""),
                        audit.getStatus(),
                        audit.getAnswer().orElse("{}"),
                        audit.getAuditId(),
                        audit.getAt()));
        if (answers.size() > MOST) {
            answers.remove(answers.keySet().iterator().next());
            droppedEarly++;
        }
    }

    private void forgetRefused(String key, AuditRecord audit) {
        boolean overturned = audit.getAction() == AuditAction.INITIATE
                && audit.getSessionId().isPresent();
        if (overturned) {
            answers.remove(key);
        }
    }

    /** In order of acceptance, so the oldest stand in front. */
    void sweep(Instant now) {
        var each = answers.values().iterator();
        while (each.hasNext() && !each.next().at().isAfter(now.minus(KEPT))) {
            each.remove();
        }
    }

    int size() {
        return answers.size();
    }

    /** How many had to go before their 24 h were over. */
    long droppedEarly() {
        return droppedEarly;
    }
}
