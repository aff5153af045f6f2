package io.probeline.processor;

import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.Settings;
import io.probeline.schemas.Durations;
import io.probeline.schemas.MetricRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the stream processor is told.
 *
 * @param metricRules the rules file, or nothing for the one that ships
 * @param sessionMaxAge a session is closed when it is this old
 * @param sessionIdle a session is closed after this long without a widget, a frame or a command
 * @param adminPort 0 takes a free one
 */
public record ProcessorConfig(
        TranscriptPolicy transcriptPolicy,
        Optional<Path> metricRules,
        Duration sessionMaxAge,
        Duration sessionIdle,
        KafkaSettings kafka,
        String schemaRegistryUrl,
        int adminPort) {
    private static final Duration MAX_AGE = Duration.ofHours(4);
    private static final Duration IDLE = Duration.ofMinutes(15);
    private static final int ADMIN_PORT = 9400;

    /** The defaults of the contract, and a free admin port. */
    public static ProcessorConfig at(KafkaSettings kafka, String schemaRegistryUrl) {
        return new ProcessorConfig(
                TranscriptPolicy.ON_BREACH, Optional.empty(), MAX_AGE, IDLE, kafka, schemaRegistryUrl, 0);
    }

    public static ProcessorConfig from(Settings settings) {
        return new ProcessorConfig(
                TranscriptPolicy.of(settings.oneOf(
                        "TRANSCRIPT_POLICY",
                        TranscriptPolicy.ON_BREACH.setting(),
                        TranscriptPolicy.ON_BREACH.setting(),
                        TranscriptPolicy.EVERY_WINDOW.setting())),
                settings.optional("METRIC_RULES").flatMap(path -> readable(Path.of(path), settings)),
                settings.duration("SESSION_MAX_AGE", MAX_AGE, Durations::parse),
                settings.duration("SESSION_IDLE", IDLE, Durations::parse),
                KafkaSettings.from(settings),
                settings.url("SCHEMA_REGISTRY_URL", "a registry with the Confluent API", "http", "https"),
                settings.port("ADMIN_PORT", ADMIN_PORT));
    }

    /** Read here already, so that its faults are told beside those of the other settings. */
    private static Optional<Path> readable(Path file, Settings settings) {
        try {
            MetricRules.read(file);
            return Optional.of(file);
        } catch (IllegalArgumentException e) {
            String.valueOf(e.getMessage()).lines().forEach(fault -> settings.problem("METRIC_RULES: " + fault));
            return Optional.empty();
        }
    }
}
