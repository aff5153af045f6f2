package io.probeline.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a token is to say, good or bad; {@link Tokens} signs it.
 *
 * @param issuer the real one where it is empty
 * @param lifetime from now on; a negative one makes a token that has expired
 * @param type the header's {@code typ}
 * @param claims more of them; they win over the others
 */
public record TokenDraft(
        String subject,
        List<String> scopes,
        List<String> audiences,
        Optional<String> issuer,
        Duration lifetime,
        Algorithm algorithm,
        String type,
        Map<String, Object> claims) {

    /** What it is signed with. */
    public enum Algorithm {
        RS256,
        ES256
    }

    /** A good access token: an hour, for Probeline. */
    public static TokenDraft of(String subject, String... scopes) {
        return new TokenDraft(
                subject,
                List.of(scopes),
                List.of("probeline"),
                Optional.empty(),
                Duration.ofHours(1),
                Algorithm.RS256,
                "at+jwt",
                Map.of());
    }

    public TokenDraft audience(String... others) {
        return new TokenDraft(subject, scopes, List.of(others), issuer, lifetime, algorithm, type, claims);
    }

    public TokenDraft issuer(String other) {
        return new TokenDraft(subject, scopes, audiences, Optional.of(other), lifetime, algorithm, type, claims);
    }

    public TokenDraft lifetime(Duration other) {
        return new TokenDraft(subject, scopes, audiences, issuer, other, algorithm, type, claims);
    }

    /** It was good until an hour ago. */
    public TokenDraft expired() {
        return lifetime(Duration.ofHours(-1));
    }

    public TokenDraft algorithm(Algorithm other) {
        return new TokenDraft(subject, scopes, audiences, issuer, lifetime, other, type, claims);
    }

    public TokenDraft type(String other) {
        return new TokenDraft(subject, scopes, audiences, issuer, lifetime, algorithm, other, claims);
    }

    public TokenDraft claim(String name, Object value) {
        var more = new LinkedHashMap<>(claims);
        more.put(name, value);
        return new TokenDraft(subject, scopes, audiences, issuer, lifetime, algorithm, type, more);
    }

    public TokenDraft scope(String another) {
        var more = new ArrayList<>(scopes);
        more.add(another);
        return new TokenDraft(subject, more, audiences, issuer, lifetime, algorithm, type, claims);
    }
}
