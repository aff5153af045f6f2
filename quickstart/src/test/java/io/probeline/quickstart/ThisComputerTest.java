package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.runtime.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This computer, with a port that really listens and a folder in place of the root. */
class ThisComputerTest {
    @TempDir
    private Path root = Path.of("");

    private final AtomicReference<Instant> clock = new AtomicReference<>(Stage.START);
    private ServerSocket backend = unbound();

    private static ServerSocket unbound() {
        try {
            return new ServerSocket();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        backend.close();
    }

    private Stage stage(IntSupplier port) {
        var real = World.real();
        var world = new World(clock::get, System::nanoTime, real.random(), real.threads());
        var stage = new Stage(new ThisComputer(new Machine(root), new Loopback(port, world), world));
        stage.connect();
        return stage;
    }

    private static String error(Stage stage, String command) {
        stage.command(command, command);
        JsonNode result = stage.result(command);
        assertEquals("error", result.path("status").asText());
        assertFalse(result.path("error").path("message").asText().isEmpty());
        return result.path("error").path("code").asText();
    }

    @Test
    void timesRealConnectionsAndSaysWhatItTimed() throws IOException {
        var stage = stage(backend::getLocalPort);
        stage.command("p", "ping_latency");
        var data = stage.result("p").path("data");
        assertEquals("127.0.0.1:" + backend.getLocalPort(), data.path("target").asText());
        assertEquals(10, data.path("samples").asInt());
        assertEquals(0, data.path("failed").asInt());
        assertTrue(data.path("min_ms").asDouble() > 0);
        assertTrue(data.path("min_ms").asDouble() <= data.path("avg_ms").asDouble());
        assertTrue(data.path("avg_ms").asDouble() <= data.path("max_ms").asDouble());
        assertEquals(data.path("avg_ms"), data.path("latency_ms"));
        for (int i = 0; i < 10; i++) {
            backend.accept().close();
        }
    }

    @Test
    void saysSoWhenNobodyListens() throws IOException {
        var port = backend.getLocalPort();
        backend.close();
        assertEquals("unreachable", error(stage(() -> port), "ping_latency"));
        assertEquals("unreachable", error(stage(() -> 0), "ping_latency"));
    }

    @Test
    void hasNoSignalToTellWhereThereIsNoWirelessInterface() throws IOException {
        Files.createDirectories(root.resolve("sys/class/net/eth0"));
        var stage = stage(backend::getLocalPort);
        assertEquals("no_wireless", error(stage, "signal_strength"));
        assertEquals("no_wireless", error(stage, "channel_scan"));
        stage.seconds(2);
        assertFalse(stage.measured.isEmpty());
        assertTrue(
                stage.measured.stream().noneMatch(m -> m.telemetry().metrics().containsKey("signal_strength")));
    }

    @Test
    void tellsTheSignalOfTheWirelessInterfaceThatIsThere() throws IOException {
        Files.createDirectories(root.resolve("sys/class/net/wlan0/wireless"));
        var stage = stage(backend::getLocalPort);
        assertEquals("no_signal", error(stage, "signal_strength"));
        assertEquals("unsupported", error(stage, "channel_scan"));
        Files.createDirectories(root.resolve("proc/net"));
        Files.writeString(root.resolve("proc/net/wireless"), "\n\nwlan0: 0000 54. -61. -256 0 0 0 0 0 0\n");
        stage.command("s", "signal_strength");
        assertEquals(-61, stage.result("s").path("data").path("signal_dbm").asDouble());
        assertEquals("wlan0", stage.result("s").path("data").path("interface").asText());
        stage.seconds(1);
        assertEquals(-61, stage.measured.getLast().value("signal_strength"));
    }

    @Test
    void doesNotClaimToKnowWhatTheSystemDoesNotTell() {
        var stage = stage(backend::getLocalPort);
        assertEquals("unsupported", error(stage, "signal_strength"));
        assertEquals("unsupported", error(stage, "channel_scan"));
    }

    @Test
    void isNeverRestarted() {
        var stage = stage(backend::getLocalPort);
        assertEquals("refused", error(stage, "reboot_module"));
        stage.seconds(3);
        assertTrue(stage.connected());
    }

    @Test
    void measuresOnceASecondAndSaysTheLastValueTenTimes() throws IOException {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/meminfo"), "MemTotal: 1000 kB\nMemAvailable: 250 kB\n");
        var stage = stage(backend::getLocalPort);
        stage.seconds(3);
        assertTrue(stage.measured.size() >= 29, "measured " + stage.measured.size());
        var metrics = stage.measured.getLast().telemetry().metrics();
        assertEquals(75.0, metrics.get("memory_used_percent"));
        assertTrue(stage.measured.getLast().value("latency") > 0);
        assertFalse(metrics.containsKey("temperature"), "what can't be read is absent");
        metrics.keySet().forEach(name -> assertTrue(name.matches("[a-z][a-z0-9_]{0,63}"), name));
        for (int i = 0; i < 3; i++) {
            backend.accept().close();
        }
        backend.setSoTimeout(50);
        assertThrows(SocketTimeoutException.class, () -> backend.accept().close());
    }

    @Test
    void leavesOutALatencyThatCouldNotBeMeasured() {
        var stage = stage(() -> 0);
        stage.seconds(1);
        assertTrue(
                stage.measured.stream().noneMatch(m -> m.telemetry().metrics().containsKey("latency")));
    }

    @Test
    void doesNotTellASampleThatIsOld() {
        var stage = stage(backend::getLocalPort);
        stage.seconds(5);
        assertEquals(Stage.START.plusSeconds(5), stage.measured.getLast().at());
        // The world's clock stands still, so that every sample grows old while the stage goes on.
        var before = stage.measured.size();
        stage.seconds(3);
        assertEquals(before, stage.measured.size());
        clock.set(stage.now());
        stage.seconds(2);
        assertTrue(stage.measured.size() > before);
    }

    @Test
    void readsTheMachineThatItReallyRunsOn() {
        var machine = new Machine(Path.of("/"));
        var release = machine.release();
        System.out.println(release + " " + machine.wireless() + " cpu " + machine.cpuLoad() + " memory "
                + machine.memoryUsed() + " temperature " + machine.temperature());
        assertFalse(release.path("version").asText().isBlank());
        assertTrue(machine.memoryUsed().orElseThrow() > 0);
    }
}
