package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.testkit.DeviceBackend.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceHistoryTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int DEVICES = 20;
    private static final int COMMANDS = 300;

    private final Path folder;

    DeviceHistoryTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** A bridge that writes all it has and dies at once: what came before the end of its socket is known whole. */
    @Test
    void everyFrameBeforeTheEndOfASocketIsInItAndInOrder() throws Exception {
        var file = folder.resolve("history.jsonl");
        try (var history = WireHistory.writing(file);
                var backend = DeviceBackend.start(
                        Settings.onPort(0).telemetry(Duration.ZERO).recordingTo(history))) {
            floodAndDie(backend);
            Await.until(
                    "the ends",
                    LIMIT,
                    () -> history.events(Wire.Disconnected.class).size() == DEVICES);
            judge(history);
            assertEquals(history.events(), WireHistory.read(file), "the file says the same");
        }
        assertThrows(FileAlreadyExistsException.class, () -> WireHistory.writing(file));
    }

    private static void floodAndDie(DeviceBackend backend) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var bridges = IntStream.range(0, DEVICES)
                    .<Callable<Void>>mapToObj(device -> () -> floodAndDie(backend, "device-" + device))
                    .toList();
            for (var done : threads.invokeAll(bridges)) {
                done.get();
            }
        }
    }

    private static Void floodAndDie(DeviceBackend backend, String deviceId) throws IOException {
        var appliance = new ScriptedAppliance();
        // Says nothing: what stays unread here would turn the orderly end into a reset, which loses frames by itself.
        appliance.answer("ping_latency", ApplianceAnswer.never().unacknowledged());
        backend.register(deviceId, "secret", appliance);
        var frames = new ByteArrayOutputStream();
        for (int i = 0; i < COMMANDS; i++) {
            var text = DeviceBackendTest.command(deviceId + "-" + i, "ping_latency");
            frames.writeBytes(DeviceWireClient.frame(1, text.getBytes(StandardCharsets.UTF_8)));
        }
        try (var bridge = DeviceWireClient.connect(backend, deviceId, "secret")) {
            bridge.write(frames.toByteArray());
        }
        return null;
    }

    private static void judge(WireHistory history) {
        var events = history.events();
        assertEquals(
                LongStream.rangeClosed(1, events.size()).boxed().toList(),
                events.stream().map(e -> e.stamp().order()).toList());
        for (int device = 0; device < DEVICES; device++) {
            var deviceId = "device-" + device;
            var own = history.of(deviceId);
            assertTrue(own.getFirst() instanceof Wire.Connected);
            assertTrue(own.getLast() instanceof Wire.Disconnected);
            assertEquals(
                    IntStream.range(0, COMMANDS)
                            .mapToObj(i -> deviceId + "-" + i)
                            .toList(),
                    own.stream()
                            .filter(Wire.Command.class::isInstance)
                            .map(e -> ((Wire.Command) e).commandId())
                            .toList());
        }
    }

    @Test
    void everyKindOfEventSurvivesTheFile() throws IOException {
        var file = folder.resolve("kinds.jsonl");
        var washer = new ScriptedAppliance();
        try (var history = WireHistory.writing(file);
                var backend = DeviceBackend.start(Settings.onPort(0).recordingTo(history))) {
            backend.register("washer-17", "secret", washer);
            try (var bridge = DeviceWireClient.connect(backend, "washer-17", "secret")) {
                bridge.send("{\"type\":\"heartbeat\",\"id\":9007199254740993}");
                bridge.send("{\"type\":\"cancel\",\"commandId\":\"none\"}");
                bridge.send("line one\nline two");
                bridge.send(DeviceBackendTest.command("c1", "firmware_version"));
                bridge.read("result");
                washer.close(4001);
                DeviceWireClient.connect(backend, "washer-17", "wrong").close();
            }
            Await.until("all nine", LIMIT, () -> kinds(history.events()) == 9);
            assertEquals(history.events(), WireHistory.read(file));
            Files.writeString(file, "{\"order\":", StandardOpenOption.APPEND);
            assertEquals(history.events(), WireHistory.read(file), "half a line is no event");
        }
    }

    private static long kinds(List<Wire> events) {
        return events.stream().map(Wire::getClass).distinct().count();
    }

    @Test
    void aListenerHearsOfEachEvent() throws IOException {
        var heard = new ConcurrentLinkedQueue<Wire>();
        var history = WireHistory.withoutHeartbeats();
        history.listen(heard::add);
        try (var backend = DeviceBackend.start(Settings.onPort(0).recordingTo(history))) {
            backend.register("washer-17", "secret", new ScriptedAppliance());
            try (var bridge = DeviceWireClient.connect(backend, "washer-17", "secret")) {
                bridge.send("{\"type\":\"heartbeat\",\"id\":1}");
                bridge.read("heartbeat_ack");
            }
            Await.until("the end", LIMIT, () -> kinds(history.events()) == 2);
            assertEquals(history.events(), List.copyOf(heard));
        }
    }
}
