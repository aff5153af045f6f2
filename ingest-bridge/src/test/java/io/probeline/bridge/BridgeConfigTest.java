package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.runtime.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the environment must and may say. */
class BridgeConfigTest {
    private static final Map<String, String> LEAST = Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092",
            "SCHEMA_REGISTRY_URL", "http://127.0.0.1:8081",
            "DEVICE_BACKEND_URL", "wss://backend/base",
            "VAULT_ADDR", "http://127.0.0.1:8200",
            "VAULT_TOKEN", "canary-token");

    @Test
    void theLeastIsEnough() {
        var settings = Settings.of(LEAST);
        var config = BridgeConfig.from(settings);
        settings.check();
        assertEquals(Duration.ofSeconds(5), config.heartbeatInterval());
        assertEquals(3, config.heartbeatMisses());
        assertEquals(VaultConfig.DEFAULT_PATH, config.vault().devicePath());
        assertTrue(config.catalogue().command("channel_scan").isPresent());
        assertFalse((config + " " + settings.effective()).contains("canary-token"));
    }

    private static BridgeConfig with(String name, String value) {
        var environment = new HashMap<>(LEAST);
        environment.put(name, value);
        var settings = Settings.of(environment);
        var config = BridgeConfig.from(settings);
        settings.check();
        return config;
    }

    private static String problem(String name, String value) {
        var problems =
                assertThrows(Settings.Invalid.class, () -> with(name, value)).problems();
        assertEquals(1, problems.size(), String.join("\n", problems));
        return problems.getFirst();
    }

    @Test
    void aTokenThatWasReadFromAFileMayEndWithItsLine() {
        assertEquals(
                new Secret("canary-token"),
                with("VAULT_TOKEN", "canary-token\r\n").vault().token());
    }

    @ParameterizedTest
    @ValueSource(strings = {"canary\ntoken", "canary token", "canary\u0000", "canary-t\u00f6ken"})
    void aTokenThatNoHeaderCanHoldIsAProblem(String token) {
        var problem = problem("VAULT_TOKEN", token);
        assertTrue(problem.startsWith("VAULT_TOKEN "), problem);
        assertFalse(problem.contains("canary"), problem);
    }

    @Test
    void aBackendThatCannotBeDialledIsAProblem() {
        for (var url :
                List.of("ws://backend:65536", "ws://backend?a=b", "ws://user:canary@backend", "ws://a:canary@b c")) {
            var problem = problem("DEVICE_BACKEND_URL", url);
            assertTrue(problem.startsWith("DEVICE_BACKEND_URL is no address: "), problem);
            assertFalse(problem.contains("canary"), problem);
        }
    }

    @Test
    void everyProblemIsToldAtOnce() {
        var wrong = new HashMap<>(LEAST);
        wrong.remove("VAULT_TOKEN");
        wrong.put("DEVICE_BACKEND_URL", "http://backend");
        wrong.put("VAULT_DEVICE_PATH", "secret/data/all");
        wrong.put("HEARTBEAT_INTERVAL", "soon");
        wrong.put("HEARTBEAT_MISSES", "0");
        wrong.put("COMMAND_CATALOGUE", "no/such/file.yaml");
        var settings = Settings.of(wrong);
        BridgeConfig.from(settings);
        var problems = assertThrows(Settings.Invalid.class, settings::check).problems();
        assertEquals(6, problems.size(), String.join("\n", problems));
    }
}
