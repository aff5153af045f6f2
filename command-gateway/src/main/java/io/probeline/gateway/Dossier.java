package io.probeline.gateway;

import io.probeline.record.AuditAction;
import io.probeline.record.AuditRecord;
import io.probeline.record.Decision;
import io.probeline.record.RequestedCommand;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What becomes known about a request while it is checked, for its audit record. It belongs to the request's thread. */
final class Dossier {
    private static final int DETAIL = 500;
    private static final int LONGEST = 128;

    private final AuditRecord.Builder record;

    Dossier(AuditAction action, String gateway, @Nullable String traceparent) {
        record = AuditRecord.newBuilder()
                .setAuditId(UUID.randomUUID().toString())
                .setAction(action)
                .setGateway(gateway)
                .setTraceparent(traceparent)
                .setCommands(List.of());
    }

    @Nullable
    String traceparent() {
        return record.getTraceparent();
    }

    void caller(String subject) {
        record.setSubject(subject);
    }

    /** Who asks, where that is known. */
    Optional<String> caller() {
        return Optional.ofNullable(record.getSubject());
    }

    void role(@Nullable String role) {
        record.setRole(role);
    }

    void interaction(String interactionId) {
        record.setInteractionId(interactionId);
    }

    void device(String deviceId) {
        record.setDeviceId(deviceId);
    }

    void customer(String customerId) {
        record.setCustomerId(customerId);
    }

    void command(String name, @Nullable String params) {
        record.setCommand(name.substring(0, Math.min(LONGEST, name.length())));
        record.setParams(params);
    }

    void commandId(String commandId) {
        record.setCommandId(commandId);
    }

    void session(String sessionId, @Nullable Long generation) {
        record.setSessionId(sessionId);
        record.setGeneration(generation);
    }

    void key(String keyHash, String requestHash) {
        record.setIdempotencyKey(keyHash);
        record.setRequestHash(requestHash);
    }

    AuditRecord accepted(int status, String answer, List<RequestedCommand> commands, Instant at) {
        return AuditRecord.newBuilder(record)
                .setAt(at)
                .setDecision(Decision.ACCEPTED)
                .setStatus(status)
                .setAnswer(answer)
                .setCommands(commands)
                .build();
    }

    AuditRecord refused(Problem problem, Instant at) {
        return AuditRecord.newBuilder(record)
                .setAuditId(UUID.randomUUID().toString())
                .setAt(at)
                .setDecision(Decision.REFUSED)
                .setStatus(problem.status())
                .setCode(problem.code())
                .setDetail(problem.detail()
                        .substring(0, Math.min(DETAIL, problem.detail().length())))
                .build();
    }
}
