package io.probeline.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void reportsEveryProblemAtOnce() {
        var settings = Settings.of(Map.of("HTTP_PORT", "eighty", "GENESYS_REQUESTS_PER_MINUTE", "-1"));
        settings.port("HTTP_PORT", 8080);
        settings.number("GENESYS_REQUESTS_PER_MINUTE", 300, 1, 100_000);
        settings.required("VAULT_ADDR", "where the secrets are");
        assertEquals(
                List.of(
                        "HTTP_PORT=eighty must be a port, 0 to 65535",
                        "GENESYS_REQUESTS_PER_MINUTE=-1 must be a whole number from 1 to 100000",
                        "VAULT_ADDR is missing: where the secrets are"),
                problems(settings));
    }

    @Test
    void anUnknownVariableIsAnErrorWithASuggestion() {
        var settings = Settings.of(Map.of("PROBELINE_HTTP_PROT", "1", "PATH", "/bin"));
        assertEquals(List.of("PROBELINE_HTTP_PROT is no setting; did you mean HTTP_PORT?"), problems(settings));
    }

    @Test
    void theEnvironmentWinsOverTheFile() throws IOException {
        var file = Files.writeString(folder.resolve("p.properties"), "HTTP_PORT=1\nADMIN_PORT=2\nKAFKA_LINGER_MS=3\n");
        var settings = Settings.of(Map.of("PROBELINE_CONFIG", file.toString(), "HTTP_PORT", "9"));
        assertEquals(9, settings.port("HTTP_PORT", 8080));
        assertEquals(2, settings.port("ADMIN_PORT", 9400));
        assertEquals(Map.of("linger.ms", "3"), settings.dotted("KAFKA_"));
        settings.check();
    }

    @Test
    void whatIsBlankIsNotSet() throws IOException {
        var file = Files.writeString(folder.resolve("p.properties"), "OWNERSHIP_URL=http://register\nVAULT_TOKEN= \n");
        var settings = Settings.of(Map.of(
                "PROBELINE_CONFIG", file.toString(),
                "OWNERSHIP_URL", "",
                "VAULT_TOKEN", "canary-4711",
                "VAULT_TOKEN_FILE", " ",
                "KAFKA_SECURITY_PROTOCOL", ""));
        assertEquals("http://register", settings.url("OWNERSHIP_URL", "", "http"));
        assertEquals(Optional.of("canary-4711"), settings.secret("VAULT_TOKEN"));
        assertEquals(Map.of(), settings.dotted("KAFKA_"));
        settings.check();
        Settings.of(Map.of("PROBELINE_CONFIG", "")).check();
    }

    @Test
    void theEnvironmentsSecretWinsOverTheFilesHoweverTheyAreGiven() throws IOException {
        var token = Files.writeString(folder.resolve("token"), "of-the-file");
        var file = Files.writeString(folder.resolve("p.properties"), "VAULT_TOKEN_FILE=" + token + "\n");
        var settings = Settings.of(Map.of("PROBELINE_CONFIG", file.toString(), "VAULT_TOKEN", "of-the-environment\n"));
        assertEquals(Optional.of("of-the-environment"), settings.secret("VAULT_TOKEN"), "without its line break");
    }

    @Test
    void anEmptyFileHoldsNoSecret() throws IOException {
        var file = Files.writeString(folder.resolve("token"), "\n");
        var settings = Settings.of(Map.of("VAULT_TOKEN_FILE", file.toString()));
        settings.requiredSecret("VAULT_TOKEN", "");
        assertEquals(List.of("VAULT_TOKEN_FILE names " + file + ", which is empty"), problems(settings));
    }

    @Test
    void anUnknownKeyOfTheFileIsAnError() throws IOException {
        var file = Files.writeString(folder.resolve("p.properties"), "VAULT_ADR=x\n");
        var settings = Settings.of(Map.of("PROBELINE_CONFIG", file.toString()));
        assertEquals(List.of("VAULT_ADR is no setting; did you mean VAULT_ADDR?"), problems(settings));
    }

    @Test
    void aSecretOfKafkasClientsComesFromAFileToo() throws IOException {
        var file = Files.writeString(folder.resolve("jaas"), "canary-4715\n");
        var settings = Settings.of(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092",
                "KAFKA_SASL_JAAS_CONFIG_FILE", file.toString(),
                "KAFKA_SSL_KEYSTORE_LOCATION", "/keys"));
        assertEquals(
                Map.of(
                        "bootstrap.servers", "localhost:9092",
                        "sasl.jaas.config", "canary-4715",
                        "ssl.keystore.location", "/keys"),
                KafkaSettings.from(settings).given());
        assertFalse(String.join("\n", settings.effective()).contains("canary"), settings.effective()::toString);
        var missing = Settings.of(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                "localhost:9092",
                "KAFKA_SSL_KEY_PASSWORD_FILE",
                folder.resolve("none").toString()));
        KafkaSettings.from(missing);
        assertEquals(1, problems(missing).size());
    }

    @Test
    void aSecretComesFromAFileAndIsNeverShown() throws IOException {
        var file = Files.writeString(folder.resolve("token"), "canary-4711\n");
        var settings = Settings.of(Map.of(
                "VAULT_TOKEN_FILE", file.toString(),
                "GENESYS_CLIENT_SECRET", "canary-4712",
                "SCHEMA_REGISTRY_URL", "http://user:canary-4713@localhost",
                "KAFKA_SASL_JAAS_CONFIG", "canary-4714"));
        assertEquals(Optional.of("canary-4711"), settings.secret("VAULT_TOKEN"));
        assertEquals("canary-4712", settings.requiredSecret("GENESYS_CLIENT_SECRET", ""));
        settings.url("SCHEMA_REGISTRY_URL", "", "http");
        settings.dotted("KAFKA_");
        assertFalse(String.join("\n", settings.effective()).contains("canary"), settings.effective()::toString);
        assertTrue(settings.effective().contains("SCHEMA_REGISTRY_URL=http://user:********@localhost"));
    }

    @Test
    void aWrongSecretIsNotPrintedEither() {
        var settings = Settings.of(Map.of("VAULT_TOKEN", "canary-4711"));
        settings.parsed("VAULT_TOKEN", 1, "a number", Integer::parseInt);
        assertEquals(List.of("VAULT_TOKEN=******** must be a number"), problems(settings));
    }

    @Test
    void aDurationMustBeLongerThanNothing() {
        var settings = Settings.of(Map.of("HEARTBEAT_INTERVAL", "0"));
        assertEquals(
                Duration.ofSeconds(5),
                settings.duration("HEARTBEAT_INTERVAL", Duration.ofSeconds(5), text -> Duration.ZERO));
        assertEquals(1, problems(settings).size());
    }

    @Test
    void aUrlThatIsNoneIsAProblem() {
        var settings = Settings.of(Map.of(
                "GENESYS_API_URL", "https://api.example:99999",
                "OIDC_JWKS_URL", "https://"));
        settings.url("GENESYS_API_URL", "", "https");
        settings.optionalUrl("OIDC_JWKS_URL", "https", "http");
        assertEquals(List.of("GENESYS_API_URL is no URL", "OIDC_JWKS_URL is no URL"), problems(settings));
    }

    @Test
    void aUrlNeedsItsScheme() {
        var settings = Settings.of(Map.of("DEVICE_BACKEND_URL", "http://devices/"));
        assertEquals("http://devices", settings.url("DEVICE_BACKEND_URL", "", "ws", "wss"));
        assertEquals(List.of("DEVICE_BACKEND_URL must start with ws:// or wss://"), problems(settings));
    }

    private static List<String> problems(Settings settings) {
        return assertThrows(Settings.Invalid.class, settings::check).problems();
    }
}
