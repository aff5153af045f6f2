package io.probeline.transcript;

import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.Settings;
import io.probeline.schemas.LineTexts;

/**
 * What the transcript sink is told.
 *
 * @param apiUrl of Genesys, without a slash at its end
 * @param loginUrl where its tokens come from
 * @param lines the words of the lines
 * @param requestsPerMinute the quota, until answers say otherwise
 * @param adminPort 0 takes a free one
 */
public record SinkConfig(
        String apiUrl,
        String loginUrl,
        Client client,
        Target target,
        TranscriptPath path,
        LineTexts lines,
        int requestsPerMinute,
        KafkaSettings kafka,
        String schemaRegistryUrl,
        int adminPort) {
    private static final int QUOTA = 300;
    private static final int ADMIN_PORT = 9400;

    /** Where a line goes. */
    public enum Target {
        TRANSCRIPT("transcript"),
        PARTICIPANT_ATTRIBUTES("participant-attributes");

        private final String setting;

        Target(String setting) {
            this.setting = setting;
        }
    }

    /** Who we are at the login; it never shows its secret. */
    public record Client(String id, String secret) {
        @Override
        public String toString() {
            return "Client[********]";
        }
    }

    /** The defaults of the contract, and a free admin port; Genesys' API and login at one URL. */
    public static SinkConfig at(String genesysUrl, Client client, KafkaSettings kafka, String schemaRegistryUrl) {
        return new SinkConfig(
                genesysUrl,
                genesysUrl,
                client,
                Target.TRANSCRIPT,
                TranscriptPath.standard(),
                LineTexts.shipped(),
                QUOTA,
                kafka,
                schemaRegistryUrl,
                0);
    }

    /** The same, with lines that go elsewhere. */
    public SinkConfig to(Target other) {
        return new SinkConfig(
                apiUrl, loginUrl, client, other, path, lines, requestsPerMinute, kafka, schemaRegistryUrl, adminPort);
    }

    public static SinkConfig from(Settings settings) {
        var target = settings.oneOf(
                "GENESYS_TRANSCRIPT_TARGET",
                Target.TRANSCRIPT.setting,
                Target.TRANSCRIPT.setting,
                Target.PARTICIPANT_ATTRIBUTES.setting);
        return new SinkConfig(
                settings.url("GENESYS_API_URL", "the contact centre's API, https://api.{region}", "http", "https"),
                settings.url(
                        "GENESYS_LOGIN_URL", "where its tokens come from, https://login.{region}", "http", "https"),
                new Client(
                        settings.requiredSecret("GENESYS_CLIENT_ID", "the OAuth client's id"),
                        settings.requiredSecret("GENESYS_CLIENT_SECRET", "the OAuth client's secret")),
                target.equals(Target.TRANSCRIPT.setting) ? Target.TRANSCRIPT : Target.PARTICIPANT_ATTRIBUTES,
                settings.parsed(
                        "GENESYS_TRANSCRIPT_PATH",
                        TranscriptPath.standard(),
                        "a path that begins with / and has {interactionId} in it once",
                        TranscriptPath::new),
                settings.file("TRANSCRIPT_LINES", LineTexts::shipped, LineTexts::read),
                settings.number("GENESYS_REQUESTS_PER_MINUTE", QUOTA, 1, 1_000_000),
                KafkaSettings.from(settings),
                settings.url("SCHEMA_REGISTRY_URL", "a registry with the Confluent API", "http", "https"),
                settings.port("ADMIN_PORT", ADMIN_PORT));
    }
}
