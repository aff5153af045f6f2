package io.probeline.gateway;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request as the handlers see it: no server's type in it.
 *
 * @param path what stood for each {@code {name}} of the route, decoded
 * @param headers by lower-case name, the first of each
 * @param deadline when the answer is due; whatever is waited for ends before it
 */
record Call(
        String method,
        Map<String, String> path,
        Map<String, String> headers,
        String remote,
        Payload body,
        Deadline deadline) {

    /** What came as the body. */
    sealed interface Payload {
        @SuppressWarnings("ArrayRecordComponent") // read once, compared never
        record Bytes(byte[] bytes) implements Payload {}

        record TooLarge() implements Payload {}
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The value that the route put under this name; the routes guarantee it. */
    String part(String name) {
        var value = path.get(name);
        if (value == null) {
            throw new IllegalStateException("the route has no {" + name + "}");
        }
        return value;
    }

    Call with(Map<String, String> parts) {
        return new Call(method, parts, headers, remote, body, deadline);
    }
}
