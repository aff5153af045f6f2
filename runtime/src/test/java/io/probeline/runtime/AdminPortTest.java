package io.probeline.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminPortTest {
    private final AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());
    private final Health health = new Health();
    private final Metrics metrics = Metrics.of("test");
    private final AdminPort admin = AdminPort.open(0, health, metrics);

    @AfterEach
    void close() {
        admin.close();
        metrics.close();
    }

    @Test
    void saysWhyItIsNotReadyWhileItLives() throws Exception {
        health.ready("genesys", trouble::get);
        assertEquals(200, get("/health/ready").statusCode());
        trouble.set(Optional.of("answers \"429\" until 10:15"));
        assertEquals(503, get("/health/ready").statusCode());
        assertEquals(
                "{\"status\":\"DOWN\",\"troubles\":{\"genesys\":\"answers \\\"429\\\" until 10:15\"}}",
                get("/health/ready").body());
        assertEquals(200, get("/health/live").statusCode());
    }

    @Test
    void whatIsDeadIsNotReadyEither() throws Exception {
        health.live("loop", () -> Optional.of("stuck"));
        assertEquals(503, get("/health/live").statusCode());
        assertEquals(503, get("/health/ready").statusCode());
    }

    @Test
    void tellsWhatItCounts() throws Exception {
        metrics.registry().counter("probeline_test").increment();
        assertTrue(get("/metrics").body().contains("probeline_test_total{service=\"test\"} 1.0"));
    }

    @Test
    void aTakenPortIsOneClearLine() {
        var failed = assertThrows(Running.StartFailed.class, () -> AdminPort.open(admin.port(), health, metrics));
        assertEquals("ADMIN_PORT " + admin.port() + " is taken by another process", failed.getMessage());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var uri = URI.create("http://127.0.0.1:" + admin.port() + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
