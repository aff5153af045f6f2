package io.probeline.transcript;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;

/** Calls Genesys' API, and says in our words what came of it. Any thread may call; a call blocks. */
final class Genesys {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MediaType TYPE = MediaType.get("application/json");
    private static final int LONGEST_RETRY = 3_600;

    /** 502, 503 and 504 may be retried by the Genesys contract, 408 and 425 by RFC 9110 and RFC 8470: no line is held in doubt for them. */
    private static final Set<Integer> MAY_BE_RETRIED = Set.of(408, 425, 502, 503, 504);

    private final String apiUrl;
    private final OkHttpClient http;
    private final GenesysToken token;

    Genesys(String apiUrl, OkHttpClient http, GenesysToken token) {
        this.apiUrl = apiUrl;
        this.http = http;
        this.token = token;
    }

    Answer get(String path, BiFunction<JsonNode, Optional<RateHeaders>, Answer> found) {
        return call("GET", path, Optional.empty(), found);
    }

    Answer send(String method, String path, JsonNode body) {
        return call(method, path, Optional.of(body), (answer, rate) -> new Answer.Done(rate));
    }

    /** A 401 drops the token and tries once more; a second one is the credentials' fault, not the line's. */
    private Answer call(
            String method,
            String path,
            Optional<JsonNode> body,
            BiFunction<JsonNode, Optional<RateHeaders>, Answer> found) {
        try {
            var first = token.token();
            try (var response = execute(method, path, body, first)) {
                if (response.code() != 401) {
                    return answer(response, body.isPresent(), found);
                }
            }
            token.drop(first);
            var second = token.token();
            try (var response = execute(method, path, body, second)) {
                if (response.code() != 401) {
                    return answer(response, body.isPresent(), found);
                }
                token.drop(second);
                return new Answer.Failed("Genesys refuses our token", false, Optional.empty());
            }
        } catch (GenesysToken.NoToken e) {
            return new Answer.Failed(String.valueOf(e.getMessage()), false, Optional.empty());
        } catch (ConnectException | UnknownHostException | NoRouteToHostException | SSLHandshakeException e) {
            return new Answer.Failed(
                    "Genesys can't be reached: " + e.getClass().getSimpleName(), false, Optional.empty());
        } catch (IOException e) {
            return new Answer.Failed(
                    "Genesys did not answer: " + e.getClass().getSimpleName(), body.isPresent(), Optional.empty());
        }
    }

    private Response execute(String method, String path, Optional<JsonNode> body, String bearer) throws IOException {
        var request = new Request.Builder()
                .url(apiUrl + path)
                .header("Authorization", "Bearer " + bearer)
                .header("Accept", "application/json")
                .method(method, body.<RequestBody>map(OneShot::new).orElse(null))
                .build();
        return http.newCall(request).execute();
    }

    private static Answer answer(
            Response response, boolean write, BiFunction<JsonNode, Optional<RateHeaders>, Answer> found)
            throws IOException {
        var rate = RateHeaders.of(
                response.header("inin-ratelimit-count"),
                response.header("inin-ratelimit-allowed"),
                response.header("inin-ratelimit-reset"));
        int status = response.code();
        if (response.isSuccessful()) {
            // The status is the promise: what a write's answer says beyond it, whole or not, changes nothing.
            return found.apply(write ? MissingNode.getInstance() : json(response), rate);
        }
        if (status == 429) {
            return new Answer.TooMany(retryAfter(response.header("Retry-After")), rate);
        }
        // 408 and 425 ask to come again; a redirect is some proxy's, never Genesys' word on a line.
        return status >= 500 || status < 400 || status == 408 || status == 425
                ? new Answer.Failed("Genesys answered " + status, write && !MAY_BE_RETRIED.contains(status), rate)
                : new Answer.Refused("http_" + status, rate);
    }

    private static JsonNode json(Response response) throws IOException {
        try {
            return JSON.readTree(response.body().string());
        } catch (JsonProcessingException e) {
            throw new IOException("no JSON", e);
        }
    }

    private static Optional<Duration> retryAfter(@org.jspecify.annotations.Nullable String header) {
        return header != null && header.matches("\\d{1,9}")
                ? Optional.of(Duration.ofSeconds(Math.min(Integer.parseInt(header), LONGEST_RETRY)))
                : Optional.empty();
    }

    /** A body that is sent once: a client that silently sent it again would say a line twice. */
    private static final class OneShot extends RequestBody {
        private final byte[] bytes;

        OneShot(JsonNode body) {
            bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public MediaType contentType() {
            return TYPE;
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(bytes);
        }
    }
}
