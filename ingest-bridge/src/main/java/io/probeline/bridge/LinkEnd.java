package io.probeline.bridge;

/** How a connection ended, when it was not the bridge that ended it. */
sealed interface LinkEnd {
    /** The handshake was answered with another status than 101. */
    record Refused(int status) implements LinkEnd {}

    /** The backend sent a close frame. */
    record Closed(int code, String reason) implements LinkEnd {}

    /** Anything else: not reached, reset, not a WebSocket, … */
    record Failed(String how) implements LinkEnd {}
}
