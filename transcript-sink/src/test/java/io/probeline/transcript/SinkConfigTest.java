package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.LineKind;
import io.probeline.record.TranscriptLine;
import io.probeline.runtime.Settings;
import io.probeline.schemas.LineTexts;
import io.probeline.transcript.SinkConfig.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinkConfigTest {
    private static final Map<String, String> LEAST = Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092",
            "SCHEMA_REGISTRY_URL", "http://127.0.0.1:8081",
            "GENESYS_API_URL", "https://api.example.org/",
            "GENESYS_LOGIN_URL", "https://login.example.org",
            "GENESYS_CLIENT_ID", "id",
            "GENESYS_CLIENT_SECRET", "canary-secret");

    @Test
    void theDefaultsAreTheContracts() {
        var config = read(Map.of());
        assertEquals(Target.TRANSCRIPT, config.target());
        assertEquals(
                "/v2/interactions/{interactionId}/transcript/messages",
                config.path().template());
        assertEquals(300, config.requestsPerMinute());
        assertEquals("https://api.example.org", config.apiUrl());
        assertFalse(config.toString().contains("canary-secret"));
    }

    @Test
    void everyProblemIsToldAtOnce() {
        var settings = Settings.of(Map.of(
                "GENESYS_TRANSCRIPT_PATH", "/no/hole",
                "GENESYS_TRANSCRIPT_TARGET", "fax",
                "GENESYS_REQUESTS_PER_MINUTE", "0"));
        SinkConfig.from(settings);
        var invalid = assertThrows(Settings.Invalid.class, settings::check);
        for (var name : new String[] {
            "GENESYS_API_URL",
            "GENESYS_LOGIN_URL",
            "GENESYS_CLIENT_ID",
            "GENESYS_CLIENT_SECRET",
            "GENESYS_TRANSCRIPT_PATH",
            "GENESYS_TRANSCRIPT_TARGET",
            "GENESYS_REQUESTS_PER_MINUTE",
            "KAFKA_BOOTSTRAP_SERVERS",
            "SCHEMA_REGISTRY_URL"
        }) {
            assertEquals(
                    1,
                    invalid.problems().stream().filter(p -> p.startsWith(name)).count(),
                    name);
        }
    }

    @Test
    void theWordsAreAFileThatCanBeReplaced(@TempDir Path folder) throws IOException {
        String shipped;
        try (var in = LineTexts.class.getResourceAsStream("lines.yaml")) {
            shipped = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
        var german = Files.writeString(
                folder.resolve("zeilen.yaml"),
                shipped.replace("Connection to device {deviceId} restored", "Verbindung zu {deviceId} besteht wieder"));
        var restored = TranscriptLine.newBuilder(Lines.lost("call", 0))
                .setKind(LineKind.RESTORED)
                .build();
        assertEquals(
                "[SYSTEM INFO]: Verbindung zu washer-17 besteht wieder.",
                read(Map.of("TRANSCRIPT_LINES", german.toString())).lines().say(restored));
        var slip = Files.writeString(folder.resolve("slip.yaml"), shipped.replace("{deviceId} lost", "{device} lost"));
        var refused = assertThrows(Settings.Invalid.class, () -> read(Map.of("TRANSCRIPT_LINES", slip.toString())));
        assertEquals(1, refused.problems().size());
        assertTrue(
                refused.problems().getFirst().startsWith("TRANSCRIPT_LINES: ")
                        && refused.problems().getFirst().contains("{device} is unknown here"),
                refused.problems()::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "no/slash/{interactionId}", "//host/{interactionId}", "/{interactionId}/{interactionId}",
                "/{other}/{interactionId}", "/a b/{interactionId}", "/{interactionId}#part", "/x"
            })
    void aPathThatCanNotBeOneIsRefused(String path) {
        assertThrows(IllegalArgumentException.class, () -> new TranscriptPath(path));
    }

    @Test
    void anInteractionIsOneSegmentOfThePath() {
        var path = new TranscriptPath("/own/{interactionId}/lines?v=1");
        assertEquals("/own/a%2F..%2Fb%3Fc%20d/lines?v=1", path.of("a/../b?c d"));
    }

    @Test
    void headersThatMakeNoSenseAreNoHeaders() {
        assertTrue(RateHeaders.of("1", "300", "59").isPresent());
        for (var bad : new String[][] {
            {null, "300", "59"}, {"1", "0", "59"}, {"-1", "300", "59"}, {"1", "300", "x"}, {"1", "300", "86400"}
        }) {
            assertTrue(RateHeaders.of(bad[0], bad[1], bad[2]).isEmpty());
        }
    }

    private static SinkConfig read(Map<String, String> more) {
        var environment = new HashMap<>(LEAST);
        environment.putAll(more);
        var settings = Settings.of(environment);
        var config = SinkConfig.from(settings);
        settings.check();
        return config;
    }
}
