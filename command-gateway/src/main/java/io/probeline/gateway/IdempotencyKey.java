package io.probeline.gateway;

import io.probeline.schemas.Ids;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request's {@code Idempotency-Key}: the same key and body give the first answer again, another body is a conflict.
 *
 * @param hash over the caller and the key: what is kept tells nobody the key
 * @param requestHash over the operation and the body
 */
record IdempotencyKey(String hash, String requestHash) {
    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

    static Step<Optional<IdempotencyKey>> of(Call call, Caller caller, Operation operation) {
        var text = call.header("idempotency-key");
        if (text.isEmpty()) {
            return Step.on(Optional.empty());
        }
        if (!FORM.matcher(text.get()).matches()) {
            return Step.refuse(Problem.malformed("Idempotency-Key must be 1 to 255 visible ASCII characters"));
        }
        var body = call.body() instanceof Call.Payload.Bytes(var bytes) ? Ids.hash(bytes) : "";
        return Step.on(Optional.of(new IdempotencyKey(
                hash("key", caller.subject(), text.get()), hash("request", operation.name(), body))));
    }

    /**
     * Of caller and key, so that requests which come under one key to two gateways in the same moment are one command, whatever their bodies:
     * the device's lane runs an id once, the first in its topic. Of the interaction too, since lanes of other devices know nothing of it.
     */
    String commandId(String interactionId) {
        return Ids.derived("command", hash, interactionId);
    }

    /** What was answered to this key before, as this request's answer. */
    Answer again(Remembered.Given given) {
        return given.requestHash().equals(requestHash)
                ? Answer.json(given.status(), given.answer())
                : Answer.refused(Problem.idempotencyConflict());
    }

    private static String hash(String... parts) {
        return Ids.hash(Ids.derived(parts).getBytes(StandardCharsets.UTF_8));
    }
}
