package io.probeline.processor;

import io.probeline.record.LineKind;
import io.probeline.record.Priority;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.Ids;
import java.time.Instant;
import java.util.stream.Stream;

/** How a transcript line begins, whoever says it. */
final class Lines {
    private Lines() {}

    /** @param parts what tells this line from others of its kind in the session */
    static TranscriptLine.Builder line(
            String interactionId,
            String sessionId,
            String deviceId,
            LineKind kind,
            Priority priority,
            Instant at,
            String... parts) {
        var id = Stream.concat(Stream.of("line", sessionId, kind.name()), Stream.of(parts))
                .toArray(String[]::new);
        return TranscriptLine.newBuilder()
                .setLineId(Ids.derived(id))
                .setInteractionId(interactionId)
                .setSessionId(sessionId)
                .setDeviceId(deviceId)
                .setKind(kind)
                .setPriority(priority)
                .setAt(at);
    }
}
