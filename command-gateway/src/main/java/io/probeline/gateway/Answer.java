package io.probeline.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a request is answered with. */
sealed interface Answer {
    /** A whole body. */
    @SuppressWarnings("ArrayRecordComponent") // written once, compared never
    record Whole(int status, String type, byte[] body, Map<String, String> headers) implements Answer {}

    /** A refusal. */
    record Refused(Problem problem) implements Answer {}

    /** A body without an end, written by the request's own virtual thread. */
    record Streamed(String type, Writer writer) implements Answer {}

    /** Writes until it has nothing more to say, or the other side is gone. */
    interface Writer {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    static Answer json(int status, ObjectNode body) {
        return json(status, body.toString());
    }

    static Answer json(int status, String body) {
        return new Whole(status, "application/json", body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Answer refused(Problem problem) {
        return new Refused(problem);
    }
}
