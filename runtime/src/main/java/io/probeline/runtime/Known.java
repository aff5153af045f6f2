package io.probeline.runtime;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every setting that any of the services reads (configuration contract): what is not here is a slip of the pen. */
final class Known {
    private static final Set<String> SECRETS = Set.of("VAULT_TOKEN", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET");

    private static final Set<String> SETTINGS = Stream.concat(
                    Stream.of(
                            "PROBELINE_CONFIG",
                            "KAFKA_BOOTSTRAP_SERVERS",
                            "SCHEMA_REGISTRY_URL",
                            "ADMIN_PORT",
                            "HTTP_PORT",
                            "DEVICE_BACKEND_URL",
                            "VAULT_ADDR",
                            "VAULT_TOKEN",
                            "VAULT_DEVICE_PATH",
                            "OWNERSHIP_URL",
                            "OIDC_ISSUER",
                            "OIDC_AUDIENCE",
                            "OIDC_JWKS_URL",
                            "GENESYS_API_URL",
                            "GENESYS_LOGIN_URL",
                            "GENESYS_CLIENT_ID",
                            "GENESYS_CLIENT_SECRET",
                            "GENESYS_TRANSCRIPT_TARGET",
                            "GENESYS_TRANSCRIPT_PATH",
                            "GENESYS_REQUESTS_PER_MINUTE",
                            "GENESYS_ROLE_SOURCE",
                            "GENESYS_ROLE_SCHEMA_ID",
                            "TRANSCRIPT_POLICY",
                            "HEARTBEAT_INTERVAL",
                            "HEARTBEAT_MISSES",
                            "COMMAND_CATALOGUE",
                            "METRIC_RULES",
                            "SESSION_MAX_AGE",
                            "SESSION_IDLE",
                            "QUICKSTART_DATA",
                            "QUICKSTART_KAFKA_PORT",
                            "QUICKSTART_REGISTRY_PORT"),
                    SECRETS.stream().map(name -> name + "_FILE"))
            .collect(Collectors.toUnmodifiableSet());

    private Known() {}

    static Set<String> settings() {
        return SETTINGS;
    }

    /** Also any {@code KAFKA_…}, which is a setting of Kafka's clients. */
    static boolean covers(String name) {
        return SETTINGS.contains(name) || name.startsWith("KAFKA_");
    }
}
