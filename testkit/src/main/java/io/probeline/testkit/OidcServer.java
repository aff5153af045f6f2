package io.probeline.testkit;

import io.probeline.testkit.Routes.Arguments;
import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** An OpenID Connect issuer: discovery, JWKS, and access tokens for clients that know their secret. */
public final class OidcServer implements Closeable {
    private final Map<String, Client> clients = new ConcurrentHashMap<>();
    private final Tokens tokens;
    private final StubHttp http;

    /** Replaced as a whole, by one thread at a time. */
    private volatile OidcKeys keys;

    private OidcServer(int port, OidcKeys keys) throws IOException {
        this.keys = keys;
        this.tokens = new Tokens(() -> this.keys, InstantSource.system());
        this.http = StubHttp.start(
                port,
                new Routes(status -> Response.json(status, Map.of("error", "no such page")))
                        .on("GET", "/.well-known/openid-configuration", this::discovery)
                        .on("GET", "/jwks", this::jwks)
                        .on("POST", "/token", this::token));
        this.keys = keys.at(http.url());
    }

    private record Client(String secret, List<String> scopes) {}

    /** Starts with keys of its own. */
    public static OidcServer start(int port) throws IOException {
        return new OidcServer(port, OidcKeys.generate(""));
    }

    /**
     * Starts with the file's keys, so that tokens outlive a restart, and where the port is 0 on the port of last time,
     * if it is free, since the issuer's name holds it.
     */
    public static OidcServer start(int port, Path keyFile) throws IOException {
        var known = OidcKeys.loadIfThere(keyFile);
        var server = known.isPresent() ? restart(port, known.get()) : start(port);
        try {
            server.keys.save(keyFile);
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private static OidcServer restart(int port, OidcKeys known) throws IOException {
        if (port != 0) {
            return new OidcServer(port, known);
        }
        try {
            return new OidcServer(URI.create(known.issuer()).getPort(), known);
        } catch (BindException e) {
            return new OidcServer(0, known);
        }
    }

    public int port() {
        return http.port();
    }

    /** What belongs into {@code OIDC_ISSUER}. */
    public String issuer() {
        return http.url();
    }

    public Faults faults() {
        return http.faults();
    }

    /** How many requests have come. */
    public long requests() {
        return http.requests();
    }

    /** For tokens that are special, bad ones included. */
    public Tokens tokens() {
        return tokens;
    }

    /** A good token: for the audience {@code probeline}, an hour long. */
    public String token(String subject, String... scopes) {
        return tokens.sign(TokenDraft.of(subject, scopes));
    }

    /** From now on this client may ask for tokens with these scopes. */
    public void client(String id, String secret, String... scopes) {
        clients.put(id, new Client(secret, List.of(scopes)));
    }

    /** New keys sign from now on; what the old ones have signed is still good. The file keeps the keys of the start. */
    public synchronized void rotateKeys() {
        keys = keys.rotated();
    }

    /** Old keys are published no more, and what they have signed is good no more. */
    public synchronized void dropOldKeys() {
        keys = keys.withoutOld();
    }

    @Override
    public void close() {
        http.close();
    }

    private Response discovery(Request request, Arguments none) {
        var issuer = keys.issuer();
        return Response.json(
                200,
                Map.of(
                        "issuer", issuer,
                        "jwks_uri", issuer + "/jwks",
                        "token_endpoint", issuer + "/token",
                        "grant_types_supported", List.of("client_credentials"),
                        "response_types_supported", List.of(),
                        "subject_types_supported", List.of("public"),
                        "id_token_signing_alg_values_supported", List.of("RS256", "ES256"),
                        "token_endpoint_auth_methods_supported", List.of("client_secret_basic", "client_secret_post")));
    }

    private Response jwks(Request request, Arguments none) {
        return Response.of(200, "application/jwk-set+json", keys.published());
    }

    private Response token(Request request, Arguments none) {
        var form = request.form();
        var credentials = basic(request).or(() -> posted(form));
        var client = credentials.flatMap(given -> Optional.ofNullable(clients.get(given.id()))
                .filter(known -> known.secret().equals(given.secret())));
        if (credentials.isEmpty() || client.isEmpty()) {
            return refused(401, "invalid_client").with("WWW-Authenticate", "Basic realm=\"token\"");
        }
        if (!"client_credentials".equals(form.get("grant_type"))) {
            return refused(400, "unsupported_grant_type");
        }
        var scopes = Optional.ofNullable(form.get("scope"))
                .map(asked -> Arrays.asList(asked.split(" ", -1)))
                .orElse(client.get().scopes());
        if (!client.get().scopes().containsAll(scopes)) {
            return refused(400, "invalid_scope");
        }
        return issued(TokenDraft.of(credentials.get().id(), scopes.toArray(String[]::new))
                .audience(form.getOrDefault("audience", "probeline")));
    }

    private Response issued(TokenDraft draft) {
        return Response.json(
                        200,
                        Map.of(
                                "access_token", tokens.sign(draft),
                                "token_type", "Bearer",
                                "expires_in", draft.lifetime().toSeconds(),
                                "scope", String.join(" ", draft.scopes())))
                .with("Cache-Control", "no-store");
    }

    private static Response.Answer refused(int status, String error) {
        return Response.json(status, Map.of("error", error));
    }

    private record Credentials(String id, String secret) {}

    private static Optional<Credentials> posted(Map<String, String> form) {
        return Optional.ofNullable(form.get("client_id"))
                .map(id -> new Credentials(id, form.getOrDefault("client_secret", "")));
    }

    /** RFC 6749, 2.3.1: both halves are form-encoded before they are joined; what is no Base64 names no client. */
    private static Optional<Credentials> basic(Request request) {
        return request.header("Authorization")
                .filter(header -> header.matches("Basic [A-Za-z0-9+/]+={0,2}"))
                .map(header -> new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8))
                .map(pair -> pair.split(":", 2))
                .filter(pair -> pair.length == 2)
                .map(pair -> new Credentials(decode(pair[0]), decode(pair[1])));
    }

    private static String decode(String encoded) {
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    }
}
