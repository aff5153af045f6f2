package io.probeline.bridge;

/** A record of a command topic. */
sealed interface ReadCommand {
    /** A command. */
    record Understood(QueuedCommand command) implements ReadCommand {}

    /** None; it went to the dead letters, and its place is passed over. */
    record Unreadable(long place) implements ReadCommand {}
}
