package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.runtime.World;
import io.probeline.testkit.Await;
import io.probeline.testkit.DeviceBackend;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fleet behind the real stand-in backend, seen by a client that is not ours. */
class FleetOnTheWireTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path state = Path.of("");

    /** Collects text frames. */
    private static final class Frames implements WebSocket.Listener {
        private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                frames.add(Stage.parse(partial.toString()));
                partial.setLength(0);
            }
            return WebSocket.Listener.super.onText(socket, data, last);
        }

        private Optional<JsonNode> result(String commandId) {
            return frames.stream()
                    .filter(f -> f.path("type").asText().equals("result")
                            && f.path("commandId").asText().equals(commandId))
                    .findFirst();
        }

        private long telemetry() {
            return frames.stream()
                    .filter(f -> f.path("type").asText().equals("telemetry"))
                    .count();
        }
    }

    @Test
    void thisComputerMeasuresItsWayToTheBackend() throws IOException {
        try (var backend = DeviceBackend.start(0);
                var client = HttpClient.newHttpClient()) {
            Fleet.of(World.real(), state, backend::port)
                    .forEach(m -> backend.register(m.deviceId(), "secret", m.appliance()));
            var frames = new Frames();
            var socket = client.newWebSocketBuilder()
                    .header("Authorization", "Bearer secret")
                    .header("X-Interaction-Id", "i1")
                    .subprotocols("probeline.v1")
                    .buildAsync(URI.create(backend.url() + "/v1/devices/this-computer/session"), frames)
                    .join();
            Await.until("telemetry at 10 Hz", SOON, () -> frames.telemetry() > 15);
            socket.sendText(
                            "{\"type\":\"command\",\"commandId\":\"p\",\"command\":\"ping_latency\",\"params\":{},"
                                    + "\"attempt\":1,\"deadline\":\""
                                    + Instant.now().plusSeconds(10) + "\"}",
                            true)
                    .join();
            var result = Await.value("the result", SOON, () -> frames.result("p"));
            assertEquals(
                    "127.0.0.1:" + backend.port(),
                    result.path("data").path("target").asText());
            assertEquals(0, result.path("data").path("failed").asInt());
            assertTrue(result.path("data").path("latency_ms").asDouble() > 0);
            assertEquals(1, backend.sessions(), "its measuring connections are no sessions");
            socket.abort();
        }
    }
}
