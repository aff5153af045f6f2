package io.probeline.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The tokens that were given out, and until when each is good. */
final class GenesysTokens {
    // Guarded by this.
    private final Map<String, Issued> issued = new HashMap<>();
    private Duration lifetime = Duration.ofDays(1);
    private int count;

    private record Issued(Caller caller, Instant expires) {}

    /** Who calls. */
    sealed interface Caller {
        /** The integration, by client credentials. */
        record Integration() implements Caller {}

        /** An agent's browser. */
        record Agent(GenesysAgent agent) implements Caller {}
    }

    synchronized String issue(Caller caller, Instant now) {
        issued.values().removeIf(token -> !now.isBefore(token.expires()));
        var token = "genesys-" + UUID.randomUUID();
        issued.put(token, new Issued(caller, now.plus(lifetime)));
        count++;
        return token;
    }

    synchronized Optional<Caller> caller(String token, Instant now) {
        return Optional.ofNullable(issued.get(token))
                .filter(known -> now.isBefore(known.expires()))
                .map(Issued::caller);
    }

    synchronized void lifetime(Duration ofNewTokens) {
        lifetime = ofNewTokens;
    }

    synchronized Duration lifetime() {
        return lifetime;
    }

    synchronized void revokeAll() {
        issued.clear();
    }

    /** How many were ever given out. */
    synchronized int count() {
        return count;
    }
}
