package io.probeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.text.ParseException;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** The issuer's published keys; their place from its discovery document unless it is configured. */
final class JwksFetch implements IssuerKeys.Source {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long MOST_BYTES = 512 * 1024;

    private final String issuer;
    private final Optional<String> jwksUrl;
    private final OkHttpClient http;

    /** @param http ends each call within a time that a request can wait */
    JwksFetch(String issuer, Optional<String> jwksUrl, OkHttpClient http) {
        this.issuer = issuer;
        this.jwksUrl = jwksUrl;
        this.http = http;
    }

    @Override
    public JWKSet fetch() throws IOException {
        try {
            return JWKSet.parse(fetch(jwksUrl.isPresent() ? jwksUrl.get() : discovered()));
        } catch (ParseException | IllegalArgumentException e) {
            throw new IOException("they can't be read: " + e.getMessage(), e);
        }
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
