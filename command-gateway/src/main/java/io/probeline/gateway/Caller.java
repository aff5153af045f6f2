package io.probeline.gateway;

import java.time.Instant;
import java.util.Set;

/** Who calls, by a token that has been checked. */
record Caller(String subject, Set<String> scopes, Instant until) {
    /** For Architect's client: opening sessions. */
    static final String INITIATE = "diagnostics:initiate";

    /** For an agent: commands. */
    static final String EXECUTE = "diagnostics:execute";

    /** For an agent: looking on. */
    static final String READ = "diagnostics:read";

    boolean mayAny(Set<String> wanted) {
        return wanted.stream().anyMatch(scopes::contains);
    }
}
