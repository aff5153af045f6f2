package io.probeline.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalInt;

/**
 * Why a request was refused (RFC 9457), with the code that clients decide by.
 *
 * @param recordable whether the refusal is to be put on record: not where it is Kafka that fails, or nobody knows yet
 */
record Problem(
        int status, String code, String title, String detail, OptionalInt retryAfterSeconds, boolean recordable) {
    private static Problem of(int status, String code, String title, String detail) {
        return new Problem(status, code, title, detail, OptionalInt.empty(), true);
    }

    static Problem malformed(String detail) {
        return of(400, "malformed", "The request can't be read", detail);
    }

    static Problem unauthenticated(String detail) {
        return of(401, "unauthenticated", "No valid token", detail);
    }

    static Problem insufficientScope(String scopes) {
        return of(403, "insufficient_scope", "The token does not allow this", "it needs the scope " + scopes);
    }

    static Problem commandNotAllowed(String command) {
        return of(403, "command_not_allowed", "No such command", "'" + command + "' is not in the catalogue");
    }

    static Problem roleRequired(String command, String role, String why) {
        return of(403, "role_required", "The command needs a role", command + " needs the role " + role + "; " + why);
    }

    static Problem agentMismatch() {
        return of(403, "agent_mismatch", "Another agent's request", "agentId is not the token's agent");
    }

    static Problem notOwner() {
        return of(403, "not_owner", "Not the customer's device", "the customer does not own the device");
    }

    static Problem noSession() {
        return of(404, "no_session", "No session", "there is no session for this interaction");
    }

    static Problem noCommand() {
        return of(404, "no_command", "No such command", "the session has no command with this id");
    }

    static Problem notFound() {
        return of(404, "not_found", "Nothing here", "no such path");
    }

    static Problem methodNotAllowed(String allowed) {
        return of(405, "method_not_allowed", "Not with this method", "allowed: " + allowed);
    }

    static Problem deviceBusy() {
        return of(409, "device_busy", "The device is busy", "the device is in another interaction's session");
    }

    static Problem interactionBusy(String device) {
        return of(
                409, "interaction_busy", "One device at a time", "this interaction has an open session for " + device);
    }

    static Problem sessionClosed() {
        return of(409, "session_closed", "The session has ended", "the session of this interaction has ended");
    }

    static Problem commandDone() {
        return of(409, "command_done", "Too late", "the command has ended already");
    }

    static Problem idempotencyConflict() {
        return of(
                409,
                "idempotency_conflict",
                "Another request under this key",
                "the Idempotency-Key came with another body");
    }

    static Problem tooLarge(int most) {
        return of(413, "too_large", "The body is too large", "at most " + most + " bytes");
    }

    static Problem unsupportedMediaType() {
        return of(415, "unsupported_media_type", "Not JSON", "Content-Type must be application/json");
    }

    static Problem rateLimited(int seconds) {
        return new Problem(
                429,
                "rate_limited",
                "Too many requests",
                "over this caller's rate",
                OptionalInt.of(Math.max(1, seconds)),
                true);
    }

    static Problem queueFull(int most) {
        return new Problem(
                429, "queue_full", "The queue is full", most + " commands wait already", OptionalInt.of(5), true);
    }

    /** Kafka fails: nothing was recorded and nothing will run. */
    static Problem unavailable(String what) {
        return new Problem(503, "unavailable", "Not now", what, OptionalInt.of(1), false);
    }

    /** Somebody else can't be asked, or there is no room: nothing will run. */
    static Problem away(String what) {
        return new Problem(503, "unavailable", "Not now", what, OptionalInt.of(1), true);
    }

    /** Kafka went away between "commit" and its answer, so nobody can say yet; the same Idempotency-Key gives the truth later. */
    static Problem uncertain() {
        return new Problem(
                504,
                "uncertain",
                "Nobody can say yet",
                "it may have been recorded; the same request with the same Idempotency-Key tells",
                OptionalInt.empty(),
                false);
    }

    /** A bug of ours, in words that give nothing away. */
    static Problem internal() {
        return of(500, "internal", "A fault of the gateway", "the fault has been logged");
    }

    ObjectNode json() {
        return Json.object()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("code", code)
                .put("detail", detail);
    }
}
