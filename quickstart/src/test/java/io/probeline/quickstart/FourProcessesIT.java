package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.testkit.Await;
import io.probeline.testkit.DeviceBackend;
import io.probeline.testkit.GenesysMessage;
import io.probeline.testkit.GenesysServer;
import io.probeline.testkit.OidcServer;
import io.probeline.testkit.OwnershipServer;
import io.probeline.testkit.RegistryServer;
import io.probeline.testkit.ScriptedAppliance;
import io.probeline.testkit.VaultServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The same walk, with four services as four processes, a broker that is a fifth, and outside parties that are named in the environment. */
@ResourceLock(value = ProofSite.NINE_PROCESSES, mode = ResourceAccessMode.READ)
class FourProcessesIT {
    private static final Duration START = Duration.ofSeconds(60);
    private static final String DEVICE = "washer-17";

    @TempDir
    private Path folder = Path.of("");

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<Launched> services = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void startBroker() throws IOException {
        // Two collectors are a conflict: the one that is named here has to take the place of the service's own.
        environment.put("JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseParallelGC");
        var kafka = add(
                Launched.probeline(environment, "kafka", folder.resolve("kafka").toString(), "0"));
        environment.put("KAFKA_BOOTSTRAP_SERVERS", kafka.awaitLine("kafka ", START));
        environment.put(
                "SCHEMA_REGISTRY_URL",
                add(RegistryServer.start(0, folder.resolve("registry.jsonl"))).url());
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    @Test
    void theMissionIsWalked() throws IOException {
        var appliance = new ScriptedAppliance();
        var outside = outside(appliance);
        service("stream-processor", freePort());
        service("ingest-bridge", freePort());
        service("transcript-sink", freePort());
        environment.put("HTTP_PORT", URI.create(outside.gateway()).getPort() + "");
        service("command-gateway", freePort());
        try {
            new MissionWalk(outside, "call-4711", "customer-1", DEVICE).walk();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + lastWords(), e);
        }
    }

    /** What each process said last: the walk itself sees only that nothing came. */
    private String lastWords() {
        return services.stream().map(Launched::lastWords).collect(Collectors.joining("\n"));
    }

    private void service(String name, int adminPort) {
        environment.put("ADMIN_PORT", Integer.toString(adminPort));
        var process = add(Launched.probeline(environment, name));
        services.add(process);
        Await.until(
                name + " is ready",
                START,
                () -> ready(adminPort) || !process.alive(),
                () -> String.join("\n", process.err()));
        assertTrue(process.alive(), () -> name + " ended:\n" + String.join("\n", process.err()));
    }

    private MissionWalk.Outside outside(ScriptedAppliance appliance) throws IOException {
        var backend = add(DeviceBackend.start(0));
        backend.register(DEVICE, "canary-device-secret", appliance);
        var vault = add(VaultServer.start(0));
        vault.put(DEVICE, "canary-device-secret");
        var register = add(OwnershipServer.start(0));
        register.own("customer-1", DEVICE);
        var issuer = add(OidcServer.start(0));
        var genesys = add(GenesysServer.start(0));
        genesys.welcome("agent-1");
        genesys.role("agent-1", "agent");
        environment.putAll(Launched.outside(backend, vault, register, issuer, genesys));
        var url = "http://127.0.0.1:" + freePort();
        return new MissionWalk.Outside() {
            @Override
            public String gateway() {
                return url;
            }

            @Override
            public String architectToken() {
                return issuer.token("architect", "diagnostics:initiate");
            }

            @Override
            public String agentToken() {
                return issuer.token("agent-1", "diagnostics:execute", "diagnostics:read");
            }

            @Override
            public List<String> transcript(String interactionId) {
                return genesys.messages(interactionId).stream()
                        .map(GenesysMessage::text)
                        .toList();
            }

            @Override
            public boolean lose(String deviceId) {
                appliance.refuse(503);
                appliance.dropConnection();
                return true;
            }

            @Override
            public void bringBack(String deviceId) {
                appliance.accept();
            }
        };
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    private static boolean ready(int port) {
        try (var http = HttpClient.newHttpClient()) {
            var uri = URI.create("http://127.0.0.1:" + port + "/health/ready");
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
