package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.testkit.DeviceBackend.Settings;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceBackendTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ScriptedAppliance washer = new ScriptedAppliance();
    private DeviceBackend backend;

    DeviceBackendTest() throws IOException {
        backend = DeviceBackend.start(Settings.onPort(0).telemetry(Duration.ofMillis(20)));
    }

    @BeforeEach
    void register() {
        backend.register("washer-17", "s3cret", washer);
    }

    @AfterEach
    void stop() {
        backend.close();
    }

    private DeviceWireClient connect() throws IOException {
        var client = DeviceWireClient.connect(backend, "washer-17", "s3cret");
        assertEquals(101, client.status());
        return client;
    }

    private static JsonNode json(DeviceWireClient.Frame frame) throws IOException {
        return JSON.readTree(frame.text());
    }

    @Test
    void telemetryComesByItselfAndIsNumberedPerConnection() throws IOException {
        for (int connection = 0; connection < 2; connection++) {
            try (var bridge = connect()) {
                for (int seq = 0; seq < 10; seq++) {
                    var frame = json(bridge.read());
                    assertEquals("telemetry", frame.path("type").textValue());
                    assertEquals(seq, frame.path("seq").intValue());
                    assertEquals(-60.0, frame.at("/metrics/signal_strength").doubleValue());
                    assertTrue(Duration.between(Instant.parse(frame.path("ts").textValue()), Instant.now())
                                    .compareTo(LIMIT)
                            < 0);
                }
            }
        }
        assertTrue(backend.telemetrySent() >= 20);
    }

    @Test
    void anApplianceIsAsScripted() throws IOException {
        washer.metrics(Map.of("signal_strength", -91.5));
        washer.clock(false);
        try (var bridge = connect()) {
            var frame = json(bridge.read());
            assertEquals(JSON.readTree("{\"signal_strength\":-91.5}"), frame.path("metrics"));
            assertTrue(frame.path("ts").isMissingNode());

            washer.clock(true);
            washer.clockSkew(Duration.ofHours(1));
            var skewed = json(bridge.read());
            while (skewed.path("ts").isMissingNode()) {
                skewed = json(bridge.read());
            }
            assertTrue(Instant.parse(skewed.path("ts").textValue())
                    .isAfter(Instant.now().plus(Duration.ofMinutes(59))));
        }
    }

    @Test
    void whatIsNotTheProtocolCanBeSentToo() throws IOException {
        washer.silent(true);
        try (var bridge = connect()) {
            washer.send("{\"type\":\"telemetry\",\"metrics\":{\"latency\":NaN}");
            washer.sendBinary((byte) 1, (byte) 2);
            washer.send("[]");
            assertEquals(
                    "{\"type\":\"telemetry\",\"metrics\":{\"latency\":NaN}",
                    bridge.read().text());
            var binary = bridge.read();
            assertEquals(2, binary.opcode());
            assertEquals(2, binary.payload().remaining());
            assertEquals("[]", bridge.read().text());
        }
    }

    @Test
    void onlyTheRightSecretOfAKnownDeviceIsLetIn() throws IOException {
        var protocol = "Sec-WebSocket-Protocol: probeline.v1";
        var secret = "Authorization: Bearer s3cret";
        var path = "/v1/devices/washer-17/session";
        assertEquals(401, status(path, "Authorization: Bearer wrong", protocol));
        assertEquals(401, status(path, protocol));
        assertEquals(404, status("/v1/devices/nobody/session", secret, protocol));
        assertEquals(404, status("/v2/devices/washer-17/session", secret, protocol));
        assertEquals(404, status(path + "/more", secret, protocol));
        assertEquals(400, status(path, secret));
        assertEquals(400, status(path, secret, "Sec-WebSocket-Protocol: probeline.v2"));
        washer.refuse(503);
        assertEquals(503, status(path, secret, protocol));
        washer.accept();
        assertEquals(101, status(path, secret, protocol));

        var refused = backend.record().events(Wire.Refused.class);
        assertEquals(
                List.of(401, 401, 404, 404, 404, 400, 400, 503),
                refused.stream().map(Wire.Refused::status).toList());
        assertFalse(backend.history().toString().contains("s3cret"), "the secret is in the history");
    }

    private int status(String path, String... headers) throws IOException {
        try (var client = DeviceWireClient.connect(backend, path, headers)) {
            return client.status();
        }
    }

    @Test
    void theSecretCanChangeAndTheDeviceCanGo() throws IOException {
        washer.silent(true);
        try (var bridge = connect()) {
            backend.secret("washer-17", "newer");
            try (var stale = DeviceWireClient.connect(backend, "washer-17", "s3cret")) {
                assertEquals(401, stale.status());
            }
            backend.forget("washer-17");
            assertEquals(4004, bridge.read().closeCode());
        }
        try (var gone = DeviceWireClient.connect(backend, "washer-17", "newer")) {
            assertEquals(404, gone.status());
        }
    }

    @Test
    void theSubprotocolIsSelectedAsScripted() throws IOException {
        try (var bridge = connect()) {
            assertEquals("probeline.v1", bridge.header("Sec-WebSocket-Protocol").orElseThrow());
        }
        washer.accept("");
        try (var bridge = connect()) {
            assertTrue(bridge.header("Sec-WebSocket-Protocol").isEmpty());
        }
        washer.accept("other.v9");
        try (var bridge = connect()) {
            assertEquals("other.v9", bridge.header("Sec-WebSocket-Protocol").orElseThrow());
        }
    }

    @Test
    void aHandshakeCanStayUnanswered() throws IOException {
        washer.hang();
        try (var socket = DeviceWireClient.request(
                backend,
                "/v1/devices/washer-17/session",
                "Authorization: Bearer s3cret",
                "Sec-WebSocket-Protocol: probeline.v1")) {
            Await.until("the silence", LIMIT, () -> backend.history().size() == 1);
            socket.setSoTimeout(50);
            assertThrows(
                    SocketTimeoutException.class, () -> socket.getInputStream().read());
            assertEquals(
                    0, backend.record().events(Wire.Refused.class).getFirst().status());
        }
    }

    @Test
    void theConnectionIsRecordedWithItsHeaders() throws IOException {
        try (var bridge = connect()) {
            bridge.read();
            var connected = backend.record().events(Wire.Connected.class).getFirst();
            assertEquals("interaction-1", connected.header("x-interaction-id").orElseThrow());
            assertTrue(connected.header("traceparent").orElseThrow().startsWith("00-4bf9"));
        }
    }

    @Test
    void aNewerConnectionReplacesTheOlder() throws IOException {
        try (var older = connect();
                var newer = connect()) {
            var closing = older.read();
            while (closing.opcode() != 8) {
                closing = older.read();
            }
            assertEquals(4009, closing.closeCode());
            older.sendClose(4009);
            assertEquals(-1, older.socket().getInputStream().read());
            assertEquals("telemetry", json(newer.read()).path("type").textValue());
            assertEquals(1, backend.sessions());
        }
        var kinds = backend.record().of("washer-17").stream()
                .limit(4)
                .map(Wire::getClass)
                .toList();
        assertEquals(
                List.of(Wire.Connected.class, Wire.Connected.class, Wire.Closing.class, Wire.Disconnected.class),
                kinds);
    }

    @Test
    void whatAReplacedBridgeStillSendsIsEvidenceAndNotExecuted() throws IOException {
        try (var older = connect();
                var newer = connect()) {
            older.send(command("c1", "ping_latency"));
            newer.send(command("c2", "ping_latency"));
            newer.read("result");
            Await.until(
                    "both",
                    LIMIT,
                    () -> backend.record().events(Wire.Command.class).size() == 2);
            for (var command : backend.record().events(Wire.Command.class)) {
                assertEquals(command.commandId().equals("c2"), command.live());
            }
            assertEquals(List.of("c2"), ids(washer.executed()));
        }
    }

    private static List<String> ids(List<DeviceCommand> commands) {
        return commands.stream().map(DeviceCommand::commandId).toList();
    }

    static String command(String id, String command) {
        return """
            {"type":"command","commandId":"%s","command":"%s","params":{"duration":"30s"},"attempt":1,\
            "deadline":"2026-11-22T10:16:10Z","later":"unknown fields are ignored"}""".formatted(id, command);
    }

    @Test
    void aCommandIsAcknowledgedReportedAndAnswered() throws IOException {
        washer.silent(true);
        washer.answer(
                "channel_scan",
                ApplianceAnswer.ok(Map.of("n", 1)).after(Duration.ofMillis(60)).reporting(2));
        try (var bridge = connect()) {
            bridge.send(command("c1", "channel_scan"));
            assertEquals(
                    "{\"type\":\"ack\",\"commandId\":\"c1\"}", bridge.read().text());
            assertEquals(33, json(bridge.read()).path("percent").intValue());
            assertEquals(66, json(bridge.read()).path("percent").intValue());
            assertEquals(
                    "{\"type\":\"result\",\"commandId\":\"c1\",\"status\":\"ok\",\"data\":{\"n\":1}}",
                    bridge.read().text());
        }
        var seen = backend.record().events(Wire.Command.class).getFirst();
        assertEquals(
                new DeviceCommand(
                        "c1",
                        "channel_scan",
                        JSON.readTree("{\"duration\":\"30s\"}"),
                        1,
                        Instant.parse("2026-11-22T10:16:10Z")),
                seen.command());
        assertEquals(4, backend.record().events(Wire.Said.class).size());
    }

    @Test
    void aRepeatIsAnsweredWithTheFirstResultUnlessTheDeviceForgets() throws IOException {
        washer.silent(true);
        washer.answer("ping_latency", ApplianceAnswer.ok(Map.of("run", 1)));
        try (var bridge = connect()) {
            bridge.send(command("c1", "ping_latency"));
            var first = bridge.read("result").text();
            washer.answer("ping_latency", ApplianceAnswer.error("busy", "radio in use"));
            bridge.send(command("c1", "ping_latency"));
            assertEquals(first, bridge.read("result").text());
            assertEquals(1, washer.executed().size());

            washer.remembersCommandIds(false);
            bridge.send(command("c1", "ping_latency"));
            assertEquals("busy", json(bridge.read("result")).at("/error/code").textValue());
            assertEquals(2, washer.executed().size());
        }
    }

    @Test
    void aRepeatDuringTheRunMakesNoSecondResult() throws IOException {
        washer.silent(true);
        washer.answer("ping_latency", ApplianceAnswer.ok(Map.of()).after(Duration.ofMillis(50)));
        try (var bridge = connect()) {
            bridge.send(command("c1", "ping_latency"));
            bridge.send(command("c1", "ping_latency"));
            bridge.read("result");
            bridge.send("{\"type\":\"heartbeat\",\"id\":12}");
            assertEquals("{\"type\":\"heartbeat_ack\",\"id\":12}", bridge.read().text());
        }
    }

    @Test
    void aCancelledCommandIsNotAnswered() throws IOException {
        washer.silent(true);
        washer.answer("ping_latency", ApplianceAnswer.ok(Map.of()).after(Duration.ofHours(1)));
        try (var bridge = connect()) {
            bridge.send(command("c1", "ping_latency"));
            bridge.read("ack");
            bridge.send("{\"type\":\"cancel\",\"commandId\":\"c1\"}");
            bridge.send(command("c2", "signal_strength"));
            assertEquals("c2", json(bridge.read("result")).path("commandId").textValue());
        }
        assertEquals("c1", backend.record().events(Wire.Cancel.class).getFirst().commandId());
    }

    @Test
    void heartbeatsAreAnsweredUnlessMuted() throws IOException {
        washer.silent(true);
        try (var bridge = connect()) {
            bridge.send("{\"type\":\"heartbeat\",\"id\":1}");
            assertEquals(1, json(bridge.read()).path("id").intValue());
            washer.muteHeartbeats(true);
            bridge.send("{\"type\":\"heartbeat\",\"id\":2}");
            Await.until(
                    "it",
                    LIMIT,
                    () -> backend.record().events(Wire.Heartbeat.class).size() == 2);
            washer.muteHeartbeats(false);
            bridge.send("{\"type\":\"heartbeat\",\"id\":3}");
            assertEquals(3, json(bridge.read()).path("id").intValue());
        }
    }

    @Test
    void aRebootCountsDropsAndReturns() throws IOException {
        washer.silent(true);
        washer.reboots(Duration.ofMillis(300), ScriptedAppliance.RebootResult.AFTER_RETURN);
        try (var bridge = connect()) {
            bridge.send(command("c1", "reboot_module"));
            bridge.read("ack");
            assertThrows(IOException.class, bridge::read);
        }
        try (var early = DeviceWireClient.connect(backend, "washer-17", "s3cret")) {
            assertEquals(503, early.status());
        }
        Await.until("the return", LIMIT, this::isLetIn);
        assertEquals(2, washer.bootCounter());
        try (var bridge = connect()) {
            bridge.send(command("c2", "firmware_version"));
            assertEquals(
                    JSON.readTree("{\"version\":\"1.0.0\",\"bootCounter\":2}"),
                    json(bridge.read("result")).path("data"));
            bridge.send(command("c1", "reboot_module"));
            assertEquals("c1", json(bridge.read("result")).path("commandId").textValue());
        }
        assertEquals(2, washer.bootCounter());
    }

    private boolean isLetIn() {
        try (var bridge = DeviceWireClient.connect(backend, "washer-17", "s3cret")) {
            return bridge.status() == 101
                    && json(bridge.read("result")).path("commandId").textValue().equals("c1");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void connectionsEndAsScripted() throws IOException {
        washer.silent(true);
        try (var bridge = connect()) {
            washer.close(4001);
            assertEquals(4001, bridge.read().closeCode());
        }
        try (var bridge = connect()) {
            washer.dropConnection();
            assertThrows(SocketException.class, bridge::read, "a reset, and no orderly end");
        }
        Await.until("the end", LIMIT, () -> !washer.connected());
        assertThrows(IllegalStateException.class, washer::dropConnection);
    }

    @Test
    void theBackendEndsAndItsPortIsFree() throws IOException {
        washer.silent(true);
        var port = backend.port();
        assertThrows(BindException.class, () -> DeviceBackend.start(port));
        try (var bridge = connect()) {
            backend.close();
            assertEquals(1001, bridge.read().closeCode());
            assertThrows(EOFException.class, bridge::read);
        }
        backend = DeviceBackend.start(Settings.onPort(port).under("/fleet"));
        register();
        assertEquals("ws://127.0.0.1:" + port + "/fleet", backend.url());
        try (var bridge = DeviceWireClient.connect(
                backend,
                "/fleet/v1/devices/washer-17/session",
                "Authorization: Bearer s3cret",
                "Sec-WebSocket-Protocol: probeline.v1")) {
            assertEquals(101, bridge.status());
        }
    }

    @Test
    void aBridgeThatDoesNotReadCostsTelemetryAndNoMemory() throws IOException {
        var metrics = new HashMap<String, Double>();
        for (int i = 0; i < 3_000; i++) {
            metrics.put("metric_" + i, 1.0);
        }
        washer.metrics(metrics);
        try (var bridge = connect()) {
            Await.until("frames left out", Duration.ofSeconds(60), () -> backend.telemetrySkipped() > 10);
            var sent = backend.telemetrySent();
            for (int seq = 0; seq < sent + 3; seq++) {
                assertEquals(seq, json(bridge.read()).path("seq").intValue(), "a skipped frame takes no number");
            }
        }
    }

    @Test
    void whatTheBridgeGetsWrongIsRecorded() throws IOException {
        washer.silent(true);
        try (var bridge = connect()) {
            var wrong = new ArrayList<>(List.of(
                    "not json",
                    "{\"type\":\"unheard\"}",
                    "{\"type\":\"cancel\"}",
                    "{\"type\":\"heartbeat\",\"id\":\"1\"}",
                    command("c1", "ping_latency").replace("\"attempt\":1", "\"attempt\":0"),
                    command("c1", "ping_latency").replace("2026-11-22T", "yesterday ")));
            for (var frame : wrong) {
                bridge.send(frame);
            }
            bridge.write(DeviceWireClient.frame(2, new byte[] {1, 2}));
            wrong.add("0102");
            Await.equal(
                    "the record",
                    LIMIT,
                    wrong,
                    () -> backend.record().events(Wire.Unreadable.class).stream()
                            .map(Wire.Unreadable::frame)
                            .toList());
        }
        assertEquals(List.of(), washer.executed());
    }
}
