package io.probeline.bridge;

import io.probeline.record.Session;
import io.probeline.record.SessionState;
import java.util.Optional;

/** What a session's state means to the bridge that takes it over. */
final class SessionStates {
    private SessionStates() {}

    static boolean open(Session session) {
        return session.getState() != SessionState.CLOSED;
    }

    /** Its device was there before, so there are windows. */
    static boolean begun(Session session) {
        return session.getState() != SessionState.INITIATED;
    }

    /** The agent was told that the device is gone. */
    static boolean lost(Session session) {
        return session.getState() == SessionState.DISCONNECTED;
    }

    /** Nobody has told that the device is gone. */
    static boolean there(Session session) {
        return switch (session.getState()) {
            case INITIATED, RUNNING, COMPLETED -> true;
            case ERROR, DISCONNECTED, CLOSED -> false;
        };
    }

    /** Somebody has, of a session that goes on. */
    static boolean away(Session session) {
        return open(session) && !there(session);
    }

    /** Why the device is not to be dialled, if it is not. */
    static Optional<String> stopped(Session session) {
        return switch (session.getState()) {
            case ERROR -> session.getReason();
            case DISCONNECTED -> session.getReason().filter(LinePhase.Stopped.REPLACED::equals);
            case INITIATED, RUNNING, COMPLETED, CLOSED -> Optional.empty();
        };
    }
}
