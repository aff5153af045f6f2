package io.probeline.bridge;

/** How a command's session stands to the device's latest one. */
enum LaneStanding {
    /** It is the open session. */
    CURRENT,
    /** It has ended, or never became the device's session. */
    CLOSED,
    /** It is yet to come, after one that has ended. */
    PENDING,
    /** It is yet to come, and another interaction's session is still open. */
    BUSY;

    static LaneStanding of(QueuedCommand command, LaneSession session) {
        if (command.sessionId().equals(session.sessionId())) {
            return session.open() ? CURRENT : CLOSED;
        }
        if (command.generation() <= session.generation()) {
            return CLOSED;
        }
        return session.open() ? BUSY : PENDING;
    }
}
