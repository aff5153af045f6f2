package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.runtime.Http;
import io.probeline.testkit.OidcServer;
import io.probeline.testkit.TokenDraft;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a token's time begins and ends. The other reasons to refuse one are in {@link RefusalsTest}. */
class TokensTest {
    private final AtomicLong later = new AtomicLong();
    private final OidcServer issuer;
    private final Http http = Http.within(Duration.ofSeconds(5));
    private final Tokens tokens;

    TokensTest() throws IOException {
        issuer = OidcServer.start(0);
        var oidc = new GatewayConfig.Oidc(issuer.issuer(), "probeline", Optional.empty());
        var source = new JwksFetch(oidc.issuer(), oidc.jwksUrl(), http.client());
        tokens = new Tokens(oidc, source, IssuerKeysTest.world(later));
    }

    @AfterEach
    void close() {
        http.close();
        issuer.close();
    }

    /** A stream with such a token would end before its first event. */
    @Test
    void aTokenEndsInTime() {
        var token = issuer.token("ann", Caller.READ);
        later.addAndGet(Duration.ofMinutes(59).toNanos());
        assertTrue(good(token));
        later.addAndGet(Duration.ofMinutes(1).toNanos());
        assertEquals(Optional.of(401), refused(token));
    }

    @Test
    void aTokenMayComeALittleBeforeItsTime() {
        var draft = TokenDraft.of("ann", Caller.READ);
        var now = Instant.now().getEpochSecond();
        assertTrue(good(issuer.tokens().sign(draft.claim("nbf", now + 20))));
        assertEquals(Optional.of(401), refused(issuer.tokens().sign(draft.claim("nbf", now + 60))));
    }

    private boolean good(String token) {
        return tokens.caller(Optional.of("Bearer " + token)) instanceof Step.On<Caller>;
    }

    private Optional<Integer> refused(String token) {
        return tokens.caller(Optional.of("Bearer " + token)) instanceof Step.End<Caller>(Answer.Refused(var problem))
                ? Optional.of(problem.status())
                : Optional.empty();
    }
}
