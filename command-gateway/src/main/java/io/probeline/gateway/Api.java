package io.probeline.gateway;

import io.probeline.gateway.Routes.Access.Guarded;
import io.probeline.gateway.Routes.Route;
import io.probeline.record.AuditAction;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Version 1 of the HTTP API: which operation stands where, and for whom. */
final class Api {
    private static final String SESSION = "/v1/diagnostics/sessions/{interactionId}";

    private final List<Route> routes;

    Api(
            Desk desk,
            Permission permission,
            Roles roles,
            OwnershipRegister register,
            CommandTopics topics,
            GatewayMetrics metrics) {
        var read = Set.of(Caller.READ);
        var execute = Set.of(Caller.EXECUTE);
        routes = List.of(
                new Route(
                        "POST",
                        "/v1/diagnostics/initiate",
                        new Guarded(
                                AuditAction.INITIATE,
                                Set.of(Caller.INITIATE),
                                true,
                                new Initiate(desk, permission, register, topics))),
                new Route(
                        "POST",
                        "/v1/diagnostics/execute",
                        new Guarded(AuditAction.EXECUTE, execute, true, new Execute(desk, permission, topics))),
                new Route("GET", SESSION, new Guarded(AuditAction.OTHER, read, false, new Look(desk))),
                new Route(
                        "GET",
                        SESSION + "/events",
                        new Guarded(AuditAction.OTHER, read, false, new Watch(desk, metrics))),
                new Route(
                        "DELETE",
                        SESSION + "/commands/{commandId}",
                        new Guarded(AuditAction.CANCEL, execute, true, new Cancel(desk))),
                new Route(
                        "POST",
                        SESSION + "/close",
                        new Guarded(AuditAction.CLOSE, Set.of(Caller.EXECUTE, Caller.INITIATE), true, new Close(desk))),
                new Route(
                        "GET",
                        "/v1/diagnostics/commands",
                        new Guarded(
                                AuditAction.OTHER,
                                Set.of(Caller.READ, Caller.EXECUTE),
                                false,
                                new Listing(permission, roles))));
    }

    /** With what is open to anybody. */
    Routes with(OpenDocuments documents) {
        return new Routes(
                Stream.concat(routes.stream(), documents.routes().stream()).toList());
    }
}
