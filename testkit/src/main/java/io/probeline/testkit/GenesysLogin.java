package io.probeline.testkit;

import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;

/** Client credentials ──▶ token. */
final class GenesysLogin implements StubHttp.Handler {
    private final String authorization;
    private final GenesysTokens tokens;
    private final InstantSource clock;

    GenesysLogin(String clientId, String clientSecret, GenesysTokens tokens, InstantSource clock) {
        var pair = (clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8);
        this.authorization = "Basic " + Base64.getEncoder().encodeToString(pair);
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        if (!request.method().equals("POST")) {
            return GenesysErrors.noRoute(405);
        }
        if (!request.header("Authorization").orElse("").equals(authorization)) {
            return Response.json(401, Map.of("error", "invalid_client"));
        }
        if (!"client_credentials".equals(request.form().get("grant_type"))) {
            return Response.json(400, Map.of("error", "unsupported_grant_type"));
        }
        return Response.json(
                200,
                Map.of(
                        "access_token", tokens.issue(new GenesysTokens.Caller.Integration(), clock.instant()),
                        "token_type", "bearer",
                        "expires_in", tokens.lifetime().toSeconds()));
    }
}
