package io.probeline.runtime;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every setting that any of the services reads; {@code docs/configuration.md} is written from it, and what is not here is a slip of the pen. */
final class Known {
    /**
     * One environment variable.
     *
     * @param readers which services read it
     * @param otherwise what holds where it is not set
     */
    record Setting(String name, String readers, String otherwise, String about) {
        /** Whether it also comes as {@code NAME_FILE}. */
        boolean secret() {
            return name.equals("VAULT_TOKEN")
                    || name.equals("GENESYS_CLIENT_ID")
                    || name.equals("GENESYS_CLIENT_SECRET");
        }
    }

    private static final List<Setting> SETTINGS = List.of(
            new Setting(
                    "PROBELINE_CONFIG",
                    "all",
                    "",
                    "A properties file with any of these settings; the environment wins."),
            new Setting(
                    "KAFKA_BOOTSTRAP_SERVERS",
                    "all",
                    "",
                    "The brokers, `host:port,host:port`. The quickstart starts one of its own."),
            new Setting(
                    "SCHEMA_REGISTRY_URL",
                    "all",
                    "",
                    "Any registry with the Confluent API. The quickstart has one of its own."),
            new Setting(
                    "ADMIN_PORT",
                    "all but quickstart",
                    "9400",
                    "`/health/live`, `/health/ready`, `/metrics`; 0 takes a free one, on loopback alone."),
            new Setting(
                    "HTTP_PORT",
                    "gateway, quickstart",
                    "8080",
                    "The HTTP API, the event streams and the widget; 0 takes a free one."),
            new Setting("DEVICE_BACKEND_URL", "bridge", "", "`ws://` or `wss://`; a path is kept."),
            new Setting("VAULT_ADDR", "bridge", "", "A vault with the KV v2 API."),
            new Setting("VAULT_TOKEN", "bridge", "", "What the vault is asked with."),
            new Setting(
                    "VAULT_DEVICE_PATH",
                    "bridge",
                    "secret/data/devices/{deviceId}",
                    "Where a device's secret is; its field is `secret`."),
            new Setting(
                    "OWNERSHIP_URL",
                    "gateway",
                    "",
                    "`GET {url}/customers/{customerId}/devices/{deviceId}`: 200 owns it, 404 does not."),
            new Setting("OIDC_ISSUER", "gateway", "", "Who issues the callers' tokens."),
            new Setting("OIDC_AUDIENCE", "gateway", "probeline", "What a token's `aud` must hold."),
            new Setting("OIDC_JWKS_URL", "gateway", "from the issuer's discovery document", "The issuer's keys."),
            new Setting("GENESYS_API_URL", "sink, gateway", "", "`https://api.{region's domain}`."),
            new Setting("GENESYS_LOGIN_URL", "sink, gateway", "", "`https://login.{region's domain}`."),
            new Setting(
                    "GENESYS_APPS_URL",
                    "gateway",
                    "beside the API's https://api.{d}: https://apps.{d}",
                    "The user interface, which may frame the widget."),
            new Setting("GENESYS_CLIENT_ID", "sink, gateway", "", "The integration's OAuth client."),
            new Setting("GENESYS_CLIENT_SECRET", "sink, gateway", "", "Its secret."),
            new Setting("GENESYS_TRANSCRIPT_TARGET", "sink", "transcript", "`transcript` or `participant-attributes`."),
            new Setting(
                    "GENESYS_TRANSCRIPT_PATH",
                    "sink",
                    "/v2/interactions/{interactionId}/transcript/messages",
                    "Where the target `transcript` takes a line."),
            new Setting(
                    "GENESYS_REQUESTS_PER_MINUTE",
                    "sink",
                    "300",
                    "The token's quota, until the response headers say otherwise."),
            new Setting(
                    "GENESYS_ROLE_SOURCE",
                    "gateway",
                    "custom-attribute",
                    "`custom-attribute` or `authorization-role`."),
            new Setting(
                    "GENESYS_ROLE_SCHEMA_ID", "gateway", "", "The schema of the custom attribute that holds the role."),
            new Setting("TRANSCRIPT_POLICY", "processor", "on-breach", "`on-breach` or `every-window`."),
            new Setting(
                    "TRANSCRIPT_LINES",
                    "sink, gateway",
                    "the file that ships",
                    "The words of the transcript: a copy of `lines.yaml`, in another language perhaps."),
            new Setting("HEARTBEAT_INTERVAL", "bridge", "5s", "How often a device is asked for a sign of life."),
            new Setting(
                    "HEARTBEAT_MISSES",
                    "bridge",
                    "3",
                    "How many heartbeats without a sign of life mean that it is gone."),
            new Setting("COMMAND_CATALOGUE", "gateway, bridge", "the file that ships", "The commands that exist."),
            new Setting(
                    "METRIC_RULES",
                    "processor",
                    "the file that ships",
                    "Units, windows and thresholds; read again when it changes."),
            new Setting("SESSION_MAX_AGE", "processor, gateway", "4h", "A session is closed after this."),
            new Setting(
                    "SESSION_IDLE",
                    "processor",
                    "15m",
                    "A session is closed after this without a widget, a frame or a command."),
            new Setting("QUICKSTART_DATA", "quickstart", ".probeline/", "The broker's log and the stand-ins' state."),
            new Setting("QUICKSTART_KAFKA_PORT", "quickstart", "9092", "0 takes a free one."),
            new Setting("QUICKSTART_REGISTRY_PORT", "quickstart", "8081", "0 takes a free one."));

    private static final Set<String> NAMES = SETTINGS.stream()
            .flatMap(setting ->
                    setting.secret() ? Stream.of(setting.name(), setting.name() + "_FILE") : Stream.of(setting.name()))
            .collect(Collectors.toUnmodifiableSet());

    private Known() {}

    static List<Setting> table() {
        return SETTINGS;
    }

    static Set<String> settings() {
        return NAMES;
    }

    /** Also any {@code KAFKA_…}, which is a setting of Kafka's clients. */
    static boolean covers(String name) {
        return NAMES.contains(name) || name.startsWith("KAFKA_");
    }
}
