package io.probeline.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records that were read before the session that they belong to: topics are read side by side, so for a moment one may be ahead. Bounded,
 * and only for what was written just now; the rest is of sessions that nobody shows any more.
 */
final class Parked {
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final int SESSIONS = 1_000;
    private static final int RECORDS = 64;

    private final Map<String, List<Read>> waiting = new LinkedHashMap<>();
    private long dropped;

    /** A record and where it stood. */
    record Read(Feed feed, long offset, Instant written, SpecificRecord value) {}

    void park(String sessionId, Read read, Instant now) {
        if (sessionId.isEmpty() || read.written().isBefore(now.minus(FRESH))) {
            return;
        }
        var records = waiting.computeIfAbsent(sessionId, id -> new ArrayList<>());
        if (records.size() < RECORDS) {
            records.add(read);
        } else {
            dropped++;
        }
        if (waiting.size() > SESSIONS) {
            var eldest = waiting.keySet().iterator();
            dropped += waiting.getOrDefault(eldest.next(), List.of()).size();
            eldest.remove();
        }
    }

    /** What waited for this session, in the order in which it was read. */
    List<Read> take(String sessionId) {
        var records = waiting.remove(sessionId);
        return records == null ? List.of() : records;
    }

    long dropped() {
        return dropped;
    }
}
