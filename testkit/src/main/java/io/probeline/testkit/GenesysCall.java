package io.probeline.testkit;

import java.time.Instant;

/**
 * One call, the login included.
 *
 * @param status what was answered; 0 where nothing was
 */
public record GenesysCall(Instant at, String method, String path, int status, Quota quota) {
    /** What the quota said. */
    public enum Quota {
        ALLOWED,
        REFUSED,
        /** To a call without a good token, and to the login. */
        NOT_ASKED
    }
}
