package io.probeline.quickstart;

import io.probeline.runtime.Settings;
import java.nio.file.Path;

/**
 * What the quickstart starts itself. What else is set is read by the services, with the stand-ins' addresses added.
 *
 * @param data the broker's log and the stand-ins' state
 */
public record QuickstartConfig(Settings settings, Path data, int kafkaPort, int registryPort, int httpPort) {
    private static final int KAFKA = 9092;
    private static final int REGISTRY = 8081;
    private static final int HTTP = 8080;

    public static QuickstartConfig from(Settings settings) {
        return new QuickstartConfig(
                settings,
                Path.of(settings.text("QUICKSTART_DATA", ".probeline")),
                settings.port("QUICKSTART_KAFKA_PORT", KAFKA),
                settings.port("QUICKSTART_REGISTRY_PORT", REGISTRY),
                settings.port("HTTP_PORT", HTTP));
    }

    /** Whether the settings name this outside party, so that it needs no stand-in. */
    boolean names(String setting) {
        return settings.optional(setting).isPresent();
    }
}
