package io.probeline.testkit;

import io.probeline.testkit.GenesysTokens.Caller;
import io.probeline.testkit.Routes.Arguments;
import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Who the agents are, and which role each has. */
final class GenesysDirectory {
    private final Map<String, String> roles = new ConcurrentHashMap<>();
    private final GenesysTokens tokens;
    private final InstantSource clock;

    GenesysDirectory(GenesysTokens tokens, InstantSource clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    void role(String userId, String role) {
        roles.put(userId, role);
    }

    void addTo(Routes routes) {
        routes.on("GET", "/api/v2/users/me", (request, arguments) -> me(request))
                .on("GET", "/api/v2/users/{userId}/customattributes/{schemaId}", (r, a) -> attributes(a))
                .on("GET", "/api/v2/authorization/subjects/{userId}", (r, a) -> subject(a));
    }

    private Response me(Request request) {
        var agent = request.bearer()
                .flatMap(token -> tokens.caller(token, clock.instant()))
                .filter(Caller.Agent.class::isInstance)
                .map(caller -> ((Caller.Agent) caller).agent());
        return agent.map(a -> me(a, request)).orElseGet(() -> GenesysErrors.notFound("a user of this token"));
    }

    private Response.Answer me(GenesysAgent agent, Request request) {
        var expanded = Arrays.asList(
                Optional.ofNullable(request.query().get("expand")).orElse("").split(",", -1));
        var body = new LinkedHashMap<String, Object>();
        body.put("id", agent.userId());
        body.put("name", agent.userId());
        body.put("state", "active");
        if (expanded.contains("token")) {
            body.put("token", token(agent));
        }
        if (expanded.contains("authorization")) {
            var role = Optional.ofNullable(roles.get(agent.userId()));
            body.put(
                    "authorization",
                    Map.of("roles", role.map(r -> Map.of("name", r)).stream().toList()));
        }
        return Response.json(200, body);
    }

    private static Map<String, Object> token(GenesysAgent agent) {
        var token = new LinkedHashMap<String, Object>();
        token.put("organization", Map.of("id", agent.organizationId()));
        token.put("OAuthClient", Map.of("id", agent.oauthClientId()));
        if (agent.cloned()) {
            token.put("clonedUser", Map.of("id", "somebody-else"));
        }
        return token;
    }

    private Response attributes(Arguments arguments) {
        var userId = arguments.get("userId");
        var schemaId = arguments.get("schemaId");
        return withRole(
                userId,
                role -> Map.of(
                        "id",
                        "attributes-" + userId,
                        "name",
                        userId,
                        "userId",
                        userId,
                        "schema",
                        Map.of("id", schemaId, "name", schemaId),
                        "attributes",
                        Map.of("role", role)));
    }

    private Response subject(Arguments arguments) {
        var userId = arguments.get("userId");
        return withRole(
                userId,
                role -> Map.of(
                        "id", userId,
                        "name", userId,
                        "grants",
                                List.of(Map.of(
                                        "subjectId", userId, "role", Map.of("id", "role-" + role, "name", role)))));
    }

    private Response withRole(String userId, Function<String, Map<String, Object>> body) {
        var role = roles.get(userId);
        return role == null ? GenesysErrors.notFound("user " + userId) : Response.json(200, body.apply(role));
    }
}
