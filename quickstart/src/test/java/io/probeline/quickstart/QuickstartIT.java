package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code bin/probeline quickstart}, as a newcomer starts it: the main job, outside readers, Ctrl-C and starting again. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ResourceLock(value = ProofSite.NINE_PROCESSES, mode = ResourceAccessMode.READ)
class QuickstartIT {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration ENDING = Duration.ofSeconds(10);

    @TempDir
    private static Path folder = Path.of("");

    private static RunningQuickstart quickstart = new RunningQuickstart(Map.of());

    @BeforeAll
    static void start() {
        quickstart = new RunningQuickstart(environment());
    }

    @AfterAll
    static void stop() {
        quickstart.close();
    }

    @Test
    @Order(1)
    void theMissionIsWalked() {
        new MissionWalk(quickstart, "walk-" + UUID.randomUUID(), "customer-3", "boiler-2").walk();
    }

    @Test
    @Order(2)
    void thisComputerTellsNoInventedNumber() throws IOException {
        var call = "computer-" + UUID.randomUUID();
        try (var architect = quickstart.architect();
                var agent = quickstart.agent()) {
            assertEquals(
                    202,
                    architect
                            .initiate(call, "customer-4", "this-computer", "firmware_version", "signal_strength")
                            .status());
            var version = result(agent, call, "firmware_version");
            var kernel = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
            assertTrue(version.toString().contains(kernel), version::toString);
            var signal = result(agent, call, "signal_strength");
            var interfaces = Path.of("/proc/net/wireless");
            boolean wireless =
                    Files.exists(interfaces) && Files.readAllLines(interfaces).size() > 2;
            assertEquals(wireless ? "ok" : "error", signal.path("outcome").asText(), signal::toString);
        }
    }

    @Test
    @Order(3)
    void kcatListsAndReadsTheTopics() {
        var kcat = Parts.program("kcat", "apt-get install kcat").toString();
        var list = OutsideReader.run(List.of(kcat, "-b", quickstart.kafka(), "-L"));
        assertTrue(list.contains("topic \"probeline.telemetry\" with 12 partitions"), list);
        assertTrue(list.contains("topic \"probeline.commands.boiler-2\" with 1 partitions"), list);
        var records = OutsideReader.run(List.of(
                kcat,
                "-b",
                quickstart.kafka(),
                "-C",
                "-e",
                "-q",
                "-c",
                "5",
                "-t",
                "probeline.aggregates",
                "-f",
                "%k %S\\n"));
        assertEquals(5, records.lines().count(), records);
        assertTrue(
                records.lines().allMatch(line -> line.matches("(walk|computer)-\\S+ [1-9]\\d{2,}")),
                () -> "keys are interactions, values are whole records: " + records);
    }

    @Test
    @Order(4)
    void aGenuineConfluentClientReadsTelemetryAndAggregates() {
        for (var topic : List.of("probeline.telemetry", "probeline.aggregates")) {
            var value = OutsideReader.confluent(quickstart, topic);
            assertTrue(value.path("interactionId").isTextual(), value::toString);
            assertTrue(value.path("metrics").isObject(), value::toString);
        }
    }

    @Test
    @Order(5)
    void itListensOnLoopbackAlone() {
        var sockets =
                OutsideReader.run(List.of("sh", "-c", "ss -ltnHp | grep 'pid=" + quickstart.pid() + ",' || true"));
        assertTrue(sockets.lines().count() >= 3, sockets);
        sockets.lines()
                .forEach(line -> assertTrue(
                        line.contains("127.0.0.1:") || line.contains("[::ffff:127.0.0.1]:") || line.contains("[::1]:"),
                        line));
    }

    @Test
    @Order(6)
    void ctrlCEndsItAndStartingAgainGoesOn() {
        var call = "again-" + UUID.randomUUID();
        try (var architect = quickstart.architect();
                var agent = quickstart.agent()) {
            assertEquals(
                    202,
                    architect
                            .initiate(call, "customer-1", "dishwasher-3", "ping_latency")
                            .status());
            Await.equal("the session", SOON, "COMPLETED", () -> state(agent, call));
        }
        var end = quickstart.interrupt(ENDING);
        System.out.println("Ctrl-C: ended after " + end.after().toMillis() + " ms");
        assertEquals(0, end.code());
        assertFalse(
                quickstart.err().stream().anyMatch(line -> line.startsWith("\tat ") || line.contains("Exception")),
                () -> String.join("\n", quickstart.err()));
        quickstart = new RunningQuickstart(environment());
        try (var agent = quickstart.agent()) {
            Await.equal("the session after the restart", SOON, "COMPLETED", () -> state(agent, call));
            try (var events = EventLog.of(agent, call)) {
                events.await(
                        "aggregate",
                        "live values again",
                        SOON,
                        data -> data.path("received").asLong() > 0);
            }
            assertEquals(202, agent.execute(call, "signal_strength", Map.of()).status());
            assertEquals(
                    "ok", result(agent, call, "signal_strength").path("outcome").asText());
        }
    }

    @Test
    @Order(7)
    void whatIsWrongIsSaidInOneLine() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = Integer.toString(taken.getLocalPort());
            assertOneLine(port, Map.of("HTTP_PORT", port));
            assertOneLine(port, Map.of("QUICKSTART_KAFKA_PORT", port));
            assertOneLine(port, Map.of("QUICKSTART_REGISTRY_PORT", port));
        }
        assertOneLine("did you mean HTTP_PORT?", Map.of("PROBELINE_HTTP_PRT", "1"));
        assertOneLine("TRANSCRIPT_POLICY", Map.of("TRANSCRIPT_POLICY", "sometimes"));
        assertOneLine(
                "needs a JDK 25", Map.of("PATH", withoutJava(), "JAVA_HOME", "/nowhere", "JDK_FOLDERS", "/nowhere"));
    }

    private void assertOneLine(String part, Map<String, String> wrong) throws IOException {
        var environment = environment();
        environment.put(
                "QUICKSTART_DATA", Files.createTempDirectory(folder, "wrong").toString());
        environment.putAll(wrong);
        try (var process = Launched.probeline(environment, "quickstart")) {
            var end = process.awaitEnd(START);
            assertEquals(2, end.code(), () -> String.join("\n", process.err()));
            var said = process.err().stream()
                    .filter(line -> !line.contains(" WARN ") && !line.contains(" INFO "))
                    .toList();
            assertEquals(1, said.size(), () -> String.join("\n", process.err()));
            assertTrue(said.getFirst().contains(part), said::toString);
        }
    }

    /** The tools that the launcher itself needs, in a folder of their own. */
    private static String withoutJava() throws IOException {
        var tools = Files.createDirectories(folder.resolve("tools"));
        for (var tool : List.of("bash", "env", "dirname", "readlink", "grep", "find")) {
            var link = tools.resolve(tool);
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, Parts.program(tool, "apt-get install coreutils"));
            }
        }
        return tools.toString();
    }

    private static JsonNode result(ApiClient agent, String call, String command) {
        return Await.value(command + " has a result", SOON, () -> {
            for (var result : agent.session(call).body().path("results")) {
                if (result.path("command").asText().equals(command)) {
                    return java.util.Optional.of(result);
                }
            }
            return java.util.Optional.empty();
        });
    }

    private static String state(ApiClient agent, String call) {
        return agent.session(call).body().path("state").asText();
    }

    private static Map<String, String> environment() {
        return RunningQuickstart.environment(folder.resolve("data"));
    }
}
