package io.probeline.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.testkit.Await;
import io.probeline.testkit.DeviceBackend;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** The calls of one gateway's agents, from the API's contract: a session for each device, and commands in them. */
final class Agents {
    static final ObjectMapper JSON = new ObjectMapper();
    static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration OPENING = Duration.ofMinutes(5);

    /** A session that opens makes a topic, for which the gateway has 2 s: one broker makes only so many at a time. */
    private static final int AT_ONCE = 8;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER)
            .build();
    private final String gateway;
    private final String token;

    Agents(String gateway, String token) {
        this.gateway = gateway;
        this.token = token;
    }

    HttpClient http() {
        return http;
    }

    /** Opens a session for each device, and returns when all are connected. */
    void open(int sessions, DeviceBackend backend) throws InterruptedException {
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            var opened = new ExecutorCompletionService<>(threads);
            IntStream.range(0, sessions).forEach(i -> opened.submit(() -> open(i), i));
            try {
                for (int i = 0; i < sessions; i++) {
                    opened.take().get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw new AssertionError("a session did not open", e.getCause());
            }
        }
        Await.until(
                sessions + " devices to be connected",
                OPENING,
                () -> backend.sessions() == sessions,
                backend::sessions);
    }

    /**
     * Asked again, as Architect does, while Kafka is too slow for so many topics: 503 for not recorded, 504 for not known, nothing in time from a machine that is full. One
     * interaction opens one session, however often it asks.
     */
    private void open(int i) {
        var body = JSON.createObjectNode()
                .put("interactionId", interaction(i))
                .put("customerId", Outside.CUSTOMER)
                .put("deviceId", Outside.device(i));
        body.putArray("requestedCommands");
        var request = request("initiate", body.toString());
        Await.until(interaction(i) + " to open", OPENING, () -> status(request) == 202);
    }

    private int status(HttpRequest request) {
        try {
            var response = http.send(request, BodyHandlers.ofString());
            if (!List.of(202, 503, 504).contains(response.statusCode())) {
                throw new AssertionError("initiate was answered with " + response.body());
            }
            return response.statusCode();
        } catch (HttpTimeoutException e) {
            return 504;
        } catch (IOException e) {
            throw new AssertionError("the gateway does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** A command that any device answers at once. */
    HttpRequest command(int session) {
        var body = JSON.createObjectNode()
                .put("interactionId", interaction(session))
                .put("command", "ping_latency");
        return request("execute", body.toString());
    }

    private HttpRequest request(String operation, String body) {
        return HttpRequest.newBuilder(URI.create(gateway + "/v1/diagnostics/" + operation))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static String interaction(int i) {
        return "call-" + i;
    }
}
