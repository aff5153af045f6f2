package io.probeline.transcript;

import io.probeline.record.Priority;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How the sink stands, as its metrics and its health tell it.
 *
 * @param waiting lines that wait to be said, by priority; merged ones count once
 * @param open lines of the topic that are not settled
 * @param oldest how long the oldest has waited
 * @param trouble why nothing is sent
 */
record SinkStatus(
        int allowed,
        double used,
        double share,
        Map<Priority, Long> waiting,
        long open,
        Duration oldest,
        int inFlight,
        boolean paused,
        Optional<String> trouble) {
    static final SinkStatus START =
            new SinkStatus(0, 0, 0, Map.of(), 0, Duration.ZERO, 0, false, Optional.of("starting"));
}
