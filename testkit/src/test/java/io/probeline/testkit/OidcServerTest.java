package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OidcServerTest {
    private static final TokenDraft AGENT = TokenDraft.of("agent-7", "diagnostics:read", "diagnostics:execute");

    /** Shared, because making RSA keys takes longer than all else here. */
    @TempDir
    private static Path folder;

    private OidcServer issuer;
    private Call call;

    @BeforeEach
    void start() throws IOException {
        issuer = OidcServer.start(0, folder.resolve("keys.json"));
        call = new Call(issuer.issuer());
    }

    @AfterEach
    void stop() {
        call.close();
        issuer.close();
    }

    @ParameterizedTest
    @EnumSource
    void aStrangersLibraryAcceptsItsTokens(TokenDraft.Algorithm algorithm) throws Exception {
        for (var type : new String[] {"JWT", "at+jwt"}) {
            var claims =
                    verified(issuer.tokens().sign(AGENT.algorithm(algorithm).type(type)));
            assertEquals("agent-7", claims.getSubject());
            assertEquals("diagnostics:read diagnostics:execute", claims.getStringClaim("scope"));
        }
    }

    /** Each of them good but for one thing. */
    enum Forgery {
        EXPIRED,
        OTHER_AUDIENCE,
        OTHER_ISSUER,
        STRANGER,
        UNKNOWN_KEY,
        UNSIGNED,
        PUBLIC_KEY_AS_SECRET,
        TAMPERED;

        String by(Tokens tokens) {
            return switch (this) {
                case EXPIRED -> tokens.sign(AGENT.expired());
                case OTHER_AUDIENCE -> tokens.sign(AGENT.audience("somebody-else"));
                case OTHER_ISSUER -> tokens.sign(AGENT.issuer("http://127.0.0.1:1"));
                case STRANGER -> tokens.signByStranger(AGENT);
                case UNKNOWN_KEY -> tokens.signByUnknownKey(AGENT);
                case UNSIGNED -> tokens.unsigned(AGENT);
                case PUBLIC_KEY_AS_SECRET -> tokens.signWithPublicKeyAsSecret(AGENT);
                case TAMPERED -> tokens.tampered(AGENT, "agent-8");
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStrangersLibraryRefusesForgeries(Forgery forgery) {
        var token = forgery.by(issuer.tokens());
        assertEquals(3, token.split("\\.", -1).length);
        assertThrows(BadJOSEException.class, () -> verified(token));
    }

    @Test
    void keysRotateAndOldOnesAreDropped() throws Exception {
        var old = issuer.token("agent-7");
        issuer.rotateKeys();
        var fresh = issuer.token("agent-7");
        verified(old);
        verified(fresh);
        assertEquals(4, published().getKeys().size());
        issuer.dropOldKeys();
        verified(fresh);
        assertThrows(BadJOSEException.class, () -> verified(old));
    }

    @Test
    void nothingPrivateIsPublished() throws Exception {
        assertTrue(published().getKeys().stream().noneMatch(key -> key.isPrivate()));
    }

    @Test
    void tokensOutliveARestart() throws Exception {
        var token = issuer.token("agent-7");
        var name = issuer.issuer();
        stop();
        start();
        assertEquals(name, issuer.issuer());
        verified(token);
        verified(Tokens.load(folder.resolve("keys.json")).sign(AGENT));
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("keys.json"))));
    }

    @Test
    void anIssuerWhosePortIsTakenHasAnotherName() throws Exception {
        try (var second = OidcServer.start(0, folder.resolve("keys.json"))) {
            assertNotEquals(issuer.issuer(), second.issuer());
        }
    }

    @Test
    void aFileThatHoldsNoKeysIsNamed() throws Exception {
        var file = Files.writeString(folder.resolve("other.json"), "{}");
        var refused = assertThrows(IOException.class, () -> Tokens.load(file));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(file + " holds no issuer's keys"));
    }

    @Test
    void clientsGetTokensForTheirSecret() throws Exception {
        issuer.client("architect", "s3cret", "diagnostics:initiate");
        var basic = "Basic " + Base64.getEncoder().encodeToString("architect:s3cret".getBytes(StandardCharsets.UTF_8));
        var granted = call.send("POST", "/token", "grant_type=client_credentials", "Authorization", basic);
        assertEquals(200, granted.status(), granted.body());
        assertEquals(
                "architect",
                verified(granted.json().get("access_token").asText()).getSubject());
        assertEquals("diagnostics:initiate", granted.json().get("scope").asText());

        var form = "client_id=architect&client_secret=s3cret&grant_type=";
        assertEquals(
                200, call.send("POST", "/token", form + "client_credentials").status());
        assertEquals(
                "{\"error\":\"unsupported_grant_type\"}",
                call.send("POST", "/token", form + "password").body());
        assertEquals(
                "{\"error\":\"invalid_scope\"}",
                call.send("POST", "/token", form + "client_credentials&scope=diagnostics%3Aexecute")
                        .body());
        assertEquals(
                401,
                call.send("POST", "/token", form.replace("s3c", "S3c") + "client_credentials")
                        .status());
        assertEquals(
                401,
                call.send("POST", "/token", "", "Authorization", "Basic !!").status());
    }

    private JWKSet published() throws Exception {
        var discovered = call.get("/.well-known/openid-configuration").json();
        assertEquals(issuer.issuer(), discovered.get("issuer").asText());
        return JWKSet.parse(
                call.get(URI.create(discovered.get("jwks_uri").asText()).getPath())
                        .body());
    }

    private JWTClaimsSet verified(String token)
            throws BadJOSEException, JOSEException, ParseException, MalformedURLException, URISyntaxException {
        var keys = JWKSourceBuilder.<SecurityContext>create(new URI(issuer.issuer() + "/jwks").toURL())
                .build();
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt")));
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256), keys));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                "probeline",
                new JWTClaimsSet.Builder().issuer(issuer.issuer()).build(),
                Set.of("sub", "exp", "iat", "scope")));
        return processor.process(token, null);
    }
}
