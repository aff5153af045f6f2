package io.probeline.gateway;

import io.probeline.gateway.Routes.Access.Guarded;
import io.probeline.gateway.Routes.Handler;
import io.probeline.gateway.Routes.Route;
import io.probeline.record.AuditAction;
import java.util.Set;

/** Version 1 of the HTTP API: what can be asked, where, and with which scope. */
enum Operation {
    INITIATE("POST", "/v1/diagnostics/initiate", AuditAction.INITIATE, true),
    EXECUTE("POST", "/v1/diagnostics/execute", AuditAction.EXECUTE, true),
    LOOK("GET", "/v1/diagnostics/sessions/{interactionId}", AuditAction.OTHER, false),
    WATCH("GET", "/v1/diagnostics/sessions/{interactionId}/events", AuditAction.OTHER, false),
    CANCEL("DELETE", "/v1/diagnostics/sessions/{interactionId}/commands/{commandId}", AuditAction.CANCEL, true),
    CLOSE("POST", "/v1/diagnostics/sessions/{interactionId}/close", AuditAction.CLOSE, true),
    LIST("GET", "/v1/diagnostics/commands", AuditAction.OTHER, false);

    private final String method;
    private final String template;
    private final AuditAction action;
    /** Whether it changes something: then its refusal is answered only when it is on record. */
    private final boolean changes;

    Operation(String method, String template, AuditAction action, boolean changes) {
        this.method = method;
        this.template = template;
        this.action = action;
        this.changes = changes;
    }

    String method() {
        return method;
    }

    String template() {
        return template;
    }

    /** Any one of them will do. */
    Set<String> scopes() {
        return switch (this) {
            case INITIATE -> Set.of(Caller.INITIATE);
            case EXECUTE, CANCEL -> Set.of(Caller.EXECUTE);
            case LOOK, WATCH -> Set.of(Caller.READ);
            case CLOSE -> Set.of(Caller.EXECUTE, Caller.INITIATE);
            case LIST -> Set.of(Caller.READ, Caller.EXECUTE);
        };
    }

    Route by(Handler handler) {
        return new Route(method, template, new Guarded(action, scopes(), changes, handler));
    }
}
