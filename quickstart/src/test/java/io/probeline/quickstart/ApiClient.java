package io.probeline.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/** A caller of the gateway's HTTP API, written from the contract: it knows no class of the gateway. */
final class ApiClient implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String base;
    private final String token;

    /** An answer's status and its body, which is JSON or nothing. */
    record Answer(int status, JsonNode body) {
        /** The problem's stable code. */
        String code() {
            return body.path("code").asText();
        }
    }

    ApiClient(String base, String token) {
        this.base = base;
        this.token = token;
    }

    Answer initiate(String interactionId, String customerId, String deviceId, String... commands) {
        var body = JSON.createObjectNode()
                .put("interactionId", interactionId)
                .put("customerId", customerId)
                .put("deviceId", deviceId);
        body.set("requestedCommands", JSON.valueToTree(commands));
        return send("POST", "/v1/diagnostics/initiate", body);
    }

    Answer execute(String interactionId, String command, Map<String, String> params) {
        var body = JSON.createObjectNode().put("interactionId", interactionId).put("command", command);
        body.set("params", JSON.valueToTree(params));
        return send("POST", "/v1/diagnostics/execute", body);
    }

    Answer session(String interactionId) {
        return send("GET", "/v1/diagnostics/sessions/" + interactionId, null);
    }

    Answer close(String interactionId) {
        return send("POST", "/v1/diagnostics/sessions/" + interactionId + "/close", null);
    }

    Answer send(String method, String path, @org.jspecify.annotations.Nullable JsonNode body) {
        var request = request(path)
                .timeout(Duration.ofSeconds(15))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            var text = response.body();
            return new Answer(response.statusCode(), text.startsWith("{") ? JSON.readTree(text) : JSON.nullNode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The lines of the session's event stream, until the stream ends or is closed. */
    Stream<String> events(String interactionId) {
        var request = request("/v1/diagnostics/sessions/" + interactionId + "/events")
                .header("Accept", "text/event-stream")
                .build();
        try {
            var response = http.send(request, BodyHandlers.ofLines());
            if (response.statusCode() != 200) {
                throw new AssertionError("events answered " + response.statusCode());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer " + token);
    }
}
