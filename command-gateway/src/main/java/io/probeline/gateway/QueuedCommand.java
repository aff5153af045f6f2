package io.probeline.gateway;

import org.jspecify.annotations.Nullable;

/**
 * A command without an outcome.
 *
 * @param params JSON text; null while only its device events are known
 * @param place its offset in the device's command topic, once somebody has told it
 * @param waitingFor what the bridge said that it waits for
 */
record QueuedCommand(
        String commandId,
        String command,
        @Nullable String params,
        Stage stage,
        @Nullable Long place,
        @Nullable String waitingFor,
        boolean cancelAsked) {
    /** How far it has come; the names are the contract's. */
    enum Stage {
        QUEUED,
        SENT,
        ACKNOWLEDGED
    }

    static QueuedCommand accepted(String commandId, String command, String params) {
        return new QueuedCommand(commandId, command, params, Stage.QUEUED, null, null, false);
    }

    QueuedCommand withParams(@Nullable String text) {
        return params != null
                ? this
                : new QueuedCommand(commandId, command, text, stage, place, waitingFor, cancelAsked);
    }

    QueuedCommand at(Stage now, @Nullable Long where) {
        return new QueuedCommand(commandId, command, params, now, where == null ? place : where, null, cancelAsked);
    }

    QueuedCommand waiting(@Nullable String reason, @Nullable Long where) {
        return new QueuedCommand(commandId, command, params, stage, where == null ? place : where, reason, cancelAsked);
    }

    QueuedCommand cancelling() {
        return new QueuedCommand(commandId, command, params, stage, place, waitingFor, true);
    }
}
