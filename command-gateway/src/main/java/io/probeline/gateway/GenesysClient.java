package io.probeline.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.runtime.World;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Genesys' API with one token, which is renewed before it ends and when it is refused, and rests while Genesys wants it to. */
final class GenesysClient {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final MediaType JSON = MediaType.get("application/json");
    private static final int MIB = 1024 * 1024;

    /** A conversation with hundreds of transfers is some hundred KiB. */
    private static final long MOST_BYTES = 4L * MIB;

    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY = 429;

    /** What the next request may be told otherwise, whatever it asks for. */
    private static final Set<Integer> PASSING = Set.of(UNAUTHORIZED, 408, 425);

    private static final long RENEWED_BEFORE_SECONDS = 60;
    private static final Duration FAILURE_KEPT = Duration.ofSeconds(1);
    private static final Duration WITHOUT_A_WORD = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final GatewayConfig.Genesys genesys;
    private final OkHttpClient http;
    private final World world;
    /** Guarded by this: one token for the integration, never two at a time. */
    private @Nullable Token token;

    /** Why there was none the last time. Guarded by this. */
    private @Nullable NoToken failed;

    /** The quota is the token's: once one request is told to wait, every other would be too, and each would count. Grows only. */
    private final AtomicReference<Instant> stoppedUntil = new AtomicReference<>(Instant.MIN);

    /** Who waited for a login that failed hears of it, instead of trying it himself one after the other. */
    private record NoToken(String why, Instant until) {}

    private record Token(String text, Instant until) {
        @Override
        public String toString() {
            return "Token[until " + until + "]";
        }
    }

    /** The quota is used up. */
    static final class Busy extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient Duration after;

        Busy(Duration after) {
            super("Genesys answered " + TOO_MANY);
            this.after = after;
        }

        /** For how long nobody should ask. */
        Duration after() {
            return after;
        }
    }

    /** Genesys does not want this one request, and will not want it a second time; another may be fine. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(int status) {
            super("Genesys answered " + status);
        }
    }

    /** @param http ends each call within a time that a request can wait */
    GenesysClient(GatewayConfig.Genesys genesys, OkHttpClient http, World world) {
        this.genesys = genesys;
        this.http = http;
        this.world = world;
    }

    /** What Genesys has there; nothing for a 404. */
    Optional<JsonNode> get(String... path) throws IOException {
        return ask("GET", null, GenesysClient::json, path);
    }

    Optional<JsonNode> send(String method, JsonNode body, String... path) throws IOException {
        return ask(method, RequestBody.create(body.toString(), JSON), GenesysClient::json, path);
    }

    /** For what is answered at length and read by nobody: the status says that it is done. @return false for a 404 */
    boolean tell(String method, JsonNode body, String... path) throws IOException {
        return ask(method, RequestBody.create(body.toString(), JSON), response -> response.code(), path)
                .isPresent();
    }

    /** What there is to learn from a good answer. */
    private interface Reading<T> {
        T of(Response response) throws IOException;
    }

    private <T> Optional<T> ask(String method, @Nullable RequestBody body, Reading<T> reading, String... path)
            throws IOException {
        untilNoLongerStopped();
        var url = HttpUrl.get(genesys.apiUrl()).newBuilder().addPathSegments("api/v2");
        for (var segment : path) {
            url.addPathSegment(segment);
        }
        var used = token();
        var request =
                new Request.Builder().url(url.build()).method(method, body).header("Accept", "application/json");
        try (var response = http.newCall(authorized(request, used)).execute()) {
            if (response.code() != UNAUTHORIZED) {
                return answer(response, reading);
            }
        }
        drop(used);
        try (var response = http.newCall(authorized(request, token())).execute()) {
            return answer(response, reading);
        }
    }

    private void untilNoLongerStopped() throws Busy {
        var now = world.now();
        var until = stoppedUntil.get();
        if (now.isBefore(until)) {
            throw new Busy(Duration.between(now, until));
        }
    }

    private static Request authorized(Request.Builder request, Token token) {
        return request.header("Authorization", "Bearer " + token.text()).build();
    }

    private <T> Optional<T> answer(Response response, Reading<T> reading) throws IOException {
        if (response.isSuccessful()) {
            return Optional.of(reading.of(response));
        }
        int status = response.code();
        if (status == NOT_FOUND) {
            return Optional.empty();
        }
        if (status == TOO_MANY) {
            throw stopped(retryAfter(response));
        }
        throw status / 100 == 4 && !PASSING.contains(status)
                ? new Refused(status)
                : new IOException("Genesys answered " + status);
    }

    private Busy stopped(Duration wait) {
        stoppedUntil.accumulateAndGet(world.now().plus(wait), (one, other) -> one.isAfter(other) ? one : other);
        return new Busy(wait);
    }

    /** Whole seconds, rounded: so one more. */
    private static Duration retryAfter(Response response) {
        var seconds = response.header("Retry-After", "");
        if (!seconds.matches("[0-9]{1,6}")) {
            return WITHOUT_A_WORD;
        }
        var wait = Duration.ofSeconds(Long.parseLong(seconds) + 1);
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    private synchronized Token token() throws IOException {
        var known = token;
        if (known != null && world.now().isBefore(known.until())) {
            return known;
        }
        var before = failed;
        if (before != null && world.now().isBefore(before.until())) {
            throw new IOException(before.why());
        }
        try {
            var fresh = newToken();
            token = fresh;
            failed = null;
            return fresh;
        } catch (IOException e) {
            failed = new NoToken(String.valueOf(e.getMessage()), world.now().plus(FAILURE_KEPT));
            throw e;
        }
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
            if (response.code() == TOO_MANY) {
                throw stopped(retryAfter(response));
            }
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

    private static JsonNode json(Response response) throws IOException {
        var source = response.body().source();
        if (source.request(MOST_BYTES + 1)) {
            throw new IOException("Genesys answered with more than " + MOST_BYTES / MIB + " MiB");
        }
        try {
            return MAPPER.readTree(source.readByteArray());
        } catch (JsonProcessingException e) {
            // Its message may quote the body, and the login's body holds the token.
            throw new IOException("Genesys did not answer in JSON");
        }
    }
}
