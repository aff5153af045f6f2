package io.probeline.bridge;

import io.probeline.runtime.Settings;

/**
 * Where the device secrets are.
 *
 * @param devicePath of KV v2, {@code {deviceId}} standing for the device
 */
public record VaultConfig(String address, Secret token, String devicePath) {
    public static final String DEFAULT_PATH = "secret/data/devices/{deviceId}";

    static VaultConfig from(Settings settings) {
        return new VaultConfig(
                settings.url("VAULT_ADDR", "the vault that holds the device secrets", "http", "https"),
                token(settings),
                settings.parsed("VAULT_DEVICE_PATH", DEFAULT_PATH, "a path that holds {deviceId}", path -> {
                    if (!path.contains("{deviceId}")) {
                        throw new IllegalArgumentException("it would be the same for every device");
                    }
                    return path;
                }));
    }

    private static Secret token(Settings settings) {
        var token = settings.requiredSecret("VAULT_TOKEN", "the bridge's token for the vault");
        if (!token.isEmpty() && !Secret.usable(token)) {
            settings.problem("VAULT_TOKEN must be visible ASCII characters alone: it goes into a header");
        }
        return new Secret(token);
    }
}
