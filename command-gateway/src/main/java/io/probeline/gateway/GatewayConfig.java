package io.probeline.gateway;

import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.Settings;
import io.probeline.schemas.Catalogue;
import io.probeline.schemas.Durations;
import io.probeline.schemas.LineTexts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import okhttp3.HttpUrl;

/**
 * What the gateway is told from outside.
 *
 * @param lines the words of what waits to be said
 * @param sessionMaxAge how far back the views are read at the start
 * @param rate how fast one caller may be
 * @param documents more documents under {@code /widget/}, by name; quickstart has one
 */
public record GatewayConfig(
        KafkaSettings kafka,
        String registryUrl,
        Listen listen,
        Oidc oidc,
        Genesys genesys,
        String ownershipUrl,
        Catalogue catalogue,
        LineTexts lines,
        Duration sessionMaxAge,
        Rate rate,
        Map<String, Supplier<byte[]>> documents) {
    public GatewayConfig {
        documents = Map.copyOf(documents);
    }

    /**
     * Where it listens.
     *
     * @param httpPort 0 takes a free one; {@link HttpPort#port()} tells which
     */
    public record Listen(String host, int httpPort, int adminPort) {}

    /** Whose tokens are taken. */
    public record Oidc(String issuer, String audience, Optional<String> jwksUrl) {}

    /**
     * Where roles are read, and calls are watched.
     *
     * @param appsUrl the user interface, which frames the widget; nothing where nobody knows it
     */
    public record Genesys(
            String apiUrl,
            String loginUrl,
            String clientId,
            String clientSecret,
            RoleSource roleSource,
            Optional<String> appsUrl) {
        /** With the user interface of the API's region: {@code https://apps.{d}} beside {@code https://api.{d}}. */
        public Genesys(String apiUrl, String loginUrl, String clientId, String clientSecret, RoleSource roleSource) {
            this(apiUrl, loginUrl, clientId, clientSecret, roleSource, apps(apiUrl));
        }

        /** An organisation's own gateway before the API has no such name. */
        private static Optional<String> apps(String apiUrl) {
            return Optional.ofNullable(HttpUrl.parse(apiUrl))
                    .map(HttpUrl::host)
                    .filter(host -> host.startsWith("api."))
                    .map(host -> "https://apps." + host.substring("api.".length()));
        }

        private Genesys framedBy(Optional<String> url) {
            return url.isEmpty() ? this : new Genesys(apiUrl, loginUrl, clientId, clientSecret, roleSource, url);
        }

        @Override
        public String toString() {
            return "Genesys[" + apiUrl + ", " + loginUrl + ", " + roleSource + "]";
        }
    }

    /** Where Genesys keeps an agent's role. */
    public sealed interface RoleSource {
        record CustomAttribute(String schemaId) implements RoleSource {}

        record AuthorizationRole() implements RoleSource {}
    }

    /** The same, listening for HTTP on this address only. */
    public GatewayConfig on(String address) {
        return with(new Listen(address, listen.httpPort(), listen.adminPort()));
    }

    public GatewayConfig with(Listen other) {
        return new GatewayConfig(
                kafka,
                registryUrl,
                other,
                oidc,
                genesys,
                ownershipUrl,
                catalogue,
                lines,
                sessionMaxAge,
                rate,
                documents);
    }

    public GatewayConfig with(Rate other) {
        return new GatewayConfig(
                kafka,
                registryUrl,
                listen,
                oidc,
                genesys,
                ownershipUrl,
                catalogue,
                lines,
                sessionMaxAge,
                other,
                documents);
    }

    /** The same with one more document under {@code /widget/}. */
    public GatewayConfig with(String name, Supplier<byte[]> document) {
        var more = new HashMap<>(documents);
        more.put(name, document);
        return new GatewayConfig(
                kafka, registryUrl, listen, oidc, genesys, ownershipUrl, catalogue, lines, sessionMaxAge, rate, more);
    }

    public static GatewayConfig from(Settings settings) {
        return new GatewayConfig(
                KafkaSettings.from(settings),
                settings.url("SCHEMA_REGISTRY_URL", "a registry with the Confluent API", "http", "https"),
                new Listen("0.0.0.0", settings.port("HTTP_PORT", 8080), settings.port("ADMIN_PORT", 9400)),
                oidc(settings),
                genesys(settings),
                settings.url("OWNERSHIP_URL", "the register of who owns which device", "http", "https"),
                settings.file("COMMAND_CATALOGUE", Catalogue::shipped, Catalogue::read),
                settings.file("TRANSCRIPT_LINES", LineTexts::shipped, LineTexts::read),
                settings.duration("SESSION_MAX_AGE", Duration.ofHours(4), Durations::parse),
                Rate.USUAL,
                Map.of());
    }

    private static Oidc oidc(Settings settings) {
        // Compared with the token's claim letter by letter, so a slash at its end stays.
        var issuer = settings.required("OIDC_ISSUER", "who issues the tokens of agents and of Architect");
        if (!issuer.isEmpty() && !issuer.startsWith("https://") && !issuer.startsWith("http://")) {
            settings.problem("OIDC_ISSUER must start with https:// or http://");
        }
        return new Oidc(
                issuer,
                settings.text("OIDC_AUDIENCE", "probeline"),
                settings.optionalUrl("OIDC_JWKS_URL", "https", "http"));
    }

    private static Genesys genesys(Settings settings) {
        return new Genesys(
                        settings.url("GENESYS_API_URL", "https://api.{domain of the region}", "http", "https"),
                        settings.url("GENESYS_LOGIN_URL", "https://login.{domain of the region}", "http", "https"),
                        settings.requiredSecret("GENESYS_CLIENT_ID", "the integration's OAuth client"),
                        settings.requiredSecret("GENESYS_CLIENT_SECRET", "the integration's OAuth client"),
                        roleSource(settings))
                .framedBy(settings.optionalUrl("GENESYS_APPS_URL", "https", "http"));
    }

    private static RoleSource roleSource(Settings settings) {
        var source =
                settings.oneOf("GENESYS_ROLE_SOURCE", "custom-attribute", "custom-attribute", "authorization-role");
        return source.equals("authorization-role")
                ? new RoleSource.AuthorizationRole()
                : new RoleSource.CustomAttribute(settings.required(
                        "GENESYS_ROLE_SCHEMA_ID", "the schema of the custom attributes that hold the agents' role"));
    }
}
