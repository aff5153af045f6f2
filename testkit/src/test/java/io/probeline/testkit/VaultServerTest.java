package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.testkit.StubHttp.Response;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VaultServerTest {
    private static final String WASHER = "/v1/secret/data/devices/washer-17";

    private VaultServer vault;
    private Call call;

    @BeforeEach
    void start() throws IOException {
        vault = VaultServer.start(0);
        call = new Call(vault.url());
    }

    @AfterEach
    void stop() {
        call.close();
        vault.close();
    }

    @Test
    void aSecretIsReadWithTheToken() throws Exception {
        vault.put("washer-17", "one");
        vault.put("washer-17", "two");
        var read = call.get(WASHER, "X-Vault-Token", vault.token());
        assertEquals(200, read.status());
        assertEquals("two", read.json().at("/data/data/secret").asText());
        assertEquals(2, read.json().at("/data/metadata/version").asInt());
        assertEquals(1, vault.reads("washer-17"));
    }

    @Test
    void nobodyElseLearnsAnything() throws Exception {
        vault.put("washer-17", "canary");
        for (var answer : new Call.Answered[] {call.get(WASHER), call.get(WASHER, "X-Vault-Token", "guess")}) {
            assertEquals(403, answer.status());
            assertEquals("{\"errors\":[\"permission denied\"]}", answer.body());
        }
        assertEquals(0, vault.reads("washer-17"));
    }

    @Test
    void whatIsNotThereIsMissing() throws Exception {
        vault.put("washer-17", "one");
        vault.remove("washer-17");
        var missing = call.get(WASHER, "X-Vault-Token", vault.token());
        assertEquals(404, missing.status());
        assertEquals("{\"errors\":[]}", missing.body());
    }

    @Test
    void secretsAreWrittenOverTheWireToo() throws Exception {
        var written = call.send("POST", WASHER, "{\"data\":{\"secret\":\"three\"}}", "X-Vault-Token", vault.token());
        assertEquals(1, written.json().at("/data/version").asInt());
        assertEquals(
                400,
                call.send("PUT", WASHER, "{}", "X-Vault-Token", vault.token()).status());
        assertTrue(call.get(WASHER, "X-Vault-Token", vault.token()).body().contains("three"));
        assertEquals(
                204,
                call.send("DELETE", WASHER, "", "X-Vault-Token", vault.token()).status());
        assertEquals(404, call.get(WASHER, "X-Vault-Token", vault.token()).status());
    }

    @Test
    void itCanBeSealedOrGone() throws Exception {
        vault.put("washer-17", "one");
        vault.faults().next(1, Response.empty(503));
        vault.faults().next(1, Response.drop());
        assertEquals(503, call.get(WASHER, "X-Vault-Token", vault.token()).status());
        assertThrows(IOException.class, () -> call.send("POST", WASHER, "{}", "X-Vault-Token", vault.token()));
        assertEquals(200, call.get(WASHER, "X-Vault-Token", vault.token()).status());
        assertEquals(3, vault.requests());
    }
}
