package io.probeline.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.runtime.World;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Which roles Genesys gives a user: one small client with one token, which is renewed before it ends and when it is refused. */
final class GenesysDirectory {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long MOST_BYTES = 256 * 1024;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final long RENEWED_BEFORE_SECONDS = 60;

    private final GatewayConfig.Genesys genesys;
    private final OkHttpClient http;
    private final World world;
    /** Guarded by this: one token for the integration, never two at a time. */
    private @Nullable Token token;

    private record Token(String text, Instant until) {
        @Override
        public String toString() {
            return "Token[until " + until + "]";
        }
    }

    /** @param http ends each call within a time that a request can wait */
    GenesysDirectory(GatewayConfig.Genesys genesys, OkHttpClient http, World world) {
        this.genesys = genesys;
        this.http = http;
        this.world = world;
    }

    /** @throws IOException when Genesys can't be asked, or does not say */
    Set<String> roles(String userId) throws IOException {
        // In a URL these mean another place.
        return userId.equals(".") || userId.equals("..") ? Set.of() : told(userId);
    }

    private Set<String> told(String userId) throws IOException {
        return switch (genesys.roleSource()) {
            case GatewayConfig.RoleSource.CustomAttribute(var schemaId) ->
                get("users", userId, "customattributes", schemaId)
                        .map(answer -> answer.at("/attributes/role"))
                        .filter(JsonNode::isTextual)
                        .map(role -> Set.of(role.asText()))
                        .orElse(Set.of());
            case GatewayConfig.RoleSource.AuthorizationRole() ->
                get("authorization", "subjects", userId)
                        .map(GenesysDirectory::granted)
                        .orElse(Set.of());
        };
    }

    private static Set<String> granted(JsonNode answer) {
        return StreamSupport.stream(answer.path("grants").spliterator(), false)
                .map(grant -> grant.at("/role/name").asText())
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What Genesys has there; nothing for a 404: a user without attributes, or no user at all, has no role. */
    private Optional<JsonNode> get(String... path) throws IOException {
        var url = HttpUrl.get(genesys.apiUrl()).newBuilder().addPathSegments("api/v2");
        for (var segment : path) {
            url.addPathSegment(segment);
        }
        var used = token();
        var request = new Request.Builder().url(url.build()).header("Accept", "application/json");
        try (var response = http.newCall(authorized(request, used)).execute()) {
            if (response.code() != UNAUTHORIZED) {
                return answer(response);
            }
        }
        drop(used);
        try (var response = http.newCall(authorized(request, token())).execute()) {
            return answer(response);
        }
    }

    private static Request authorized(Request.Builder request, Token token) {
        return request.header("Authorization", "Bearer " + token.text()).build();
    }

    private static Optional<JsonNode> answer(okhttp3.Response response) throws IOException {
        if (response.code() == NOT_FOUND) {
            return Optional.empty();
        }
        if (!response.isSuccessful()) {
            throw new IOException("Genesys answered " + response.code());
        }
        return Optional.of(json(response));
    }

    private synchronized Token token() throws IOException {
        var known = token;
        if (known != null && world.now().isBefore(known.until())) {
            return known;
        }
        var fresh = newToken();
        token = fresh;
        return fresh;
    }

    private synchronized void drop(Token refused) {
        if (refused.equals(token)) {
            token = null;
        }
    }

    private Token newToken() throws IOException {
        var request = new Request.Builder()
                .url(HttpUrl.get(genesys.loginUrl() + "/oauth/token"))
                .header("Authorization", Credentials.basic(genesys.clientId(), genesys.clientSecret()))
                .post(new FormBody.Builder()
                        .add("grant_type", "client_credentials")
                        .build())
                .build();
        try (var response = http.newCall(request).execute()) {
            if (!response.isSuccessful()) {
                throw new IOException("Genesys' login answered " + response.code());
            }
            var answer = json(response);
            var text = answer.path("access_token").asText();
            if (text.isEmpty()) {
                throw new IOException("Genesys' login gave no token");
            }
            long seconds = Math.max(1, answer.path("expires_in").asLong(0));
            return new Token(text, world.now().plusSeconds(Math.max(seconds - RENEWED_BEFORE_SECONDS, seconds / 2)));
        }
    }

    private static JsonNode json(okhttp3.Response response) throws IOException {
        try {
            return MAPPER.readTree(response.peekBody(MOST_BYTES).string());
        } catch (JsonProcessingException e) {
            // Its message may quote the body, and the login's body holds the token.
            throw new IOException("Genesys did not answer in JSON");
        }
    }
}
