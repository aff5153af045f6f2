package io.probeline.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.schemas.CommandSpec;
import java.util.Locale;
import java.util.Set;

/** {@code GET /v1/diagnostics/commands}: the catalogue as this caller may use it; the widget makes its buttons of it. */
final class Listing implements Routes.Handler {
    private final Permission permission;

    Listing(Permission permission) {
        this.permission = permission;
    }

    @Override
    public Answer handle(Call call, Caller caller, Dossier dossier) {
        var commands = permission.catalogue().commands();
        var held = permission.held(caller);
        var body = Json.object();
        var list = body.putArray("commands");
        commands.forEach(spec -> list.add(entry(spec, caller, held)));
        return Answer.json(200, body);
    }

    private static ObjectNode entry(CommandSpec spec, Caller caller, Set<String> held) {
        var scope = caller.scopes().contains(Caller.EXECUTE) ? null : "insufficient_scope";
        var reason = scope == null ? Permission.against(spec, held).orElse(null) : scope;
        var json = Json.object()
                .put("command", spec.name())
                .put("title", spec.title())
                .put("description", spec.description());
        json.set("params", spec.params());
        return json.put("safety", spec.safety().name().toLowerCase(Locale.ROOT))
                .put("risk", spec.risk().name().toLowerCase(Locale.ROOT))
                .put("role", spec.role().orElse(null))
                .put("deadlineMs", spec.deadline().toMillis())
                .put("allowed", reason == null)
                .put("reason", reason);
    }
}
