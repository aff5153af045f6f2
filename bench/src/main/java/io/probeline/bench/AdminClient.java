package io.probeline.bench;

import io.probeline.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** What asks a service's admin port. */
record AdminClient(int port, HttpClient http) {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** A service that takes the port 0 does not say which one it got. */
    static AdminClient onFreePort() {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new AdminClient(
                    probe.getLocalPort(),
                    HttpClient.newBuilder().connectTimeout(LIMIT).build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitReady(Part part, Duration limit) {
        Await.until("a service that is ready", limit, () -> {
            part.requireAlive();
            return get("/health/ready")
                    .filter(answer -> answer.statusCode() == 200)
                    .isPresent();
        });
    }

    /** Nothing while nobody listens. */
    Optional<HttpResponse<String>> get(String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LIMIT)
                .build();
        try {
            return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (ConnectException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a service was asked", e);
        }
    }
}
