package io.probeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.text.ParseException;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** The issuer's public keys, fetched when a token first needs them; their place from its discovery document unless it is configured. */
final class IssuerKeys implements JWKSetSource<SecurityContext> {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long MOST_BYTES = 512 * 1024;

    private final String issuer;
    private final Optional<String> jwksUrl;
    private final OkHttpClient http;

    IssuerKeys(String issuer, Optional<String> jwksUrl, OkHttpClient http) {
        this.issuer = issuer;
        this.jwksUrl = jwksUrl;
        this.http = http;
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long now, SecurityContext context)
            throws KeySourceException {
        try {
            return JWKSet.parse(fetch(jwksUrl.isPresent() ? jwksUrl.get() : discovered()));
        } catch (IOException | ParseException | IllegalArgumentException e) {
            throw new JWKSetUnavailableException("the issuer's keys can't be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        // The HTTP client belongs to the service.
    }

    /** OpenID Connect Discovery 4.3: a document that names another issuer is not this issuer's. */
    private String discovered() throws IOException {
        var base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        JsonNode document = MAPPER.readTree(fetch(base + "/.well-known/openid-configuration"));
        if (!document.path("issuer").asText().equals(issuer)) {
            throw new IOException("the discovery document is of another issuer");
        }
        var url = document.path("jwks_uri").asText();
        if (url.isEmpty()) {
            throw new IOException("the discovery document names no jwks_uri");
        }
        return url;
    }

    private String fetch(String url) throws IOException {
        var request = new Request.Builder()
                .url(HttpUrl.get(url))
                .header("Accept", "application/json")
                .build();
        try (var response = http.newCall(request).execute()) {
            if (!response.isSuccessful()) {
                throw new IOException("it answered " + response.code());
            }
            return response.peekBody(MOST_BYTES).string();
        }
    }
}
