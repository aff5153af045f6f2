package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.probeline.runtime.Http;
import io.probeline.schemas.DeviceId;
import io.probeline.testkit.StubHttp;
import io.probeline.testkit.StubHttp.Response;
import io.probeline.testkit.VaultServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vault's answers, good and bad; none of them gives a secret away. */
class VaultTest {
    private static final DeviceId DEVICE = new DeviceId("washer");
    private final Http http = Http.within(Duration.ofMillis(500));

    @AfterEach
    void close() {
        http.close();
    }

    private SecretAnswer ask(String url, String token) {
        return new Vault(new VaultConfig(url, new Secret(token), VaultConfig.DEFAULT_PATH), http.client())
                .secret(DEVICE);
    }

    private SecretAnswer answered(StubHttp.Handler handler) throws IOException {
        try (var stub = StubHttp.start(0, handler)) {
            return ask(stub.url(), "token");
        }
    }

    @Test
    void aSecretThatIsThere() throws IOException {
        try (var vault = VaultServer.start(0)) {
            vault.put("washer", "s3cr3t");
            var answer = ask(vault.url(), vault.token());
            assertEquals(new SecretAnswer.Found(new Secret("s3cr3t")), answer);
            assertFalse(answer.toString().contains("s3cr3t"));
            assertInstanceOf(SecretAnswer.Away.class, ask(vault.url(), "wrong"));
            vault.remove("washer");
            assertEquals(new SecretAnswer.None(), ask(vault.url(), vault.token()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two words", "line\r\nbreak: yes", "caf\u00e9"})
    void aSecretThatNoHeaderCanHoldIsNone(String secret) throws IOException {
        assertEquals(
                new SecretAnswer.None(),
                answered((_) -> Response.json(200, Map.of("data", Map.of("data", Map.of("secret", secret))))));
    }

    /** The client would refuse it with its words, and those go to the log. */
    @ParameterizedTest
    @ValueSource(strings = {"", "canary\n", "canary\u0001"})
    void aTokenThatNoHeaderCanHoldIsRefusedUnseen(String token) {
        var refused = assertThrows(IllegalArgumentException.class, () -> ask("http://127.0.0.1:1", token));
        assertFalse(String.valueOf(refused.getMessage()).contains("canary"), refused.getMessage());
    }

    @Test
    void aVaultInTroubleIsAway() throws IOException {
        var answers = new StubHttp.Handler[] {
            _ -> Response.json(500, Map.of()),
            _ -> Response.json(503, Map.of("sealed", true)),
            _ -> Response.json(429, Map.of()),
            _ -> Response.of(200, "text/plain", "s3cr3t is not json"),
            _ -> Response.drop(),
            _ -> Response.hang(Duration.ofSeconds(5)),
            _ -> Response.of(302, "text/plain", "")
        };
        for (var answer : answers) {
            var away = assertInstanceOf(SecretAnswer.Away.class, answered(answer));
            assertFalse(away.why().contains("s3cr3t"), away.why());
        }
    }

    @Test
    void anAnswerWithoutTheFieldIsNone() throws IOException {
        assertEquals(new SecretAnswer.None(), answered(_ -> Response.json(200, Map.of("data", Map.of()))));
        assertEquals(
                new SecretAnswer.None(),
                answered(_ -> Response.json(200, Map.of("data", Map.of("data", Map.of("secret", 7))))));
    }
}
