package io.probeline.bridge;

import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.Settings;
import io.probeline.schemas.Catalogue;
import io.probeline.schemas.Durations;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a bridge must be told.
 *
 * @param adminPort 0 for a free one
 * @param backendUrl {@code ws} or {@code wss}
 * @param heartbeatMisses how many heartbeats in a row may stay unanswered until the device counts as gone
 */
public record BridgeConfig(
        KafkaSettings kafka,
        String registryUrl,
        int adminPort,
        String backendUrl,
        VaultConfig vault,
        Duration heartbeatInterval,
        int heartbeatMisses,
        Catalogue catalogue) {
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(5);
    public static final int DEFAULT_MISSES = 3;
    private static final int DEFAULT_ADMIN_PORT = 9400;
    private static final int MOST_MISSES = 100;

    public static BridgeConfig from(Settings settings) {
        return new BridgeConfig(
                KafkaSettings.from(settings),
                settings.url("SCHEMA_REGISTRY_URL", "the registry that gives schemas their ids", "http", "https"),
                settings.port("ADMIN_PORT", DEFAULT_ADMIN_PORT),
                backend(settings),
                VaultConfig.from(settings),
                settings.duration("HEARTBEAT_INTERVAL", DEFAULT_HEARTBEAT, Durations::parse),
                settings.number("HEARTBEAT_MISSES", DEFAULT_MISSES, 1, MOST_MISSES),
                catalogue(settings));
    }

    private static Catalogue catalogue(Settings settings) {
        try {
            return settings.optional("COMMAND_CATALOGUE")
                    .map(path -> Catalogue.read(Path.of(path)))
                    .orElseGet(Catalogue::shipped);
        } catch (IllegalArgumentException e) {
            settings.problem("COMMAND_CATALOGUE can't be used: " + e.getMessage());
            return Catalogue.shipped();
        }
    }

    private static String backend(Settings settings) {
        var url = settings.url("DEVICE_BACKEND_URL", "the device backend's WebSocket address", "ws", "wss");
        try {
            if (!url.isEmpty()) {
                Endpoint.of(url);
            }
        } catch (IllegalArgumentException e) {
            settings.problem("DEVICE_BACKEND_URL is no address: " + e.getMessage());
        }
        return url;
    }
}
