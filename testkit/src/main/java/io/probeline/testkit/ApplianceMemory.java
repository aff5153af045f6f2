package io.probeline.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What an appliance remembers of the commands that it ran: how each ends, and when; the newest 10,000. */
final class ApplianceMemory {
    private static final int REMEMBERED = 10_000;

    private final Map<String, Run> runs = new LinkedHashMap<>();

    /** A command that was begun; the result is empty where none will ever be given. */
    record Run(Instant ends, Optional<String> result) {
        Duration left(Instant now) {
            return now.isBefore(ends) ? Duration.between(now, ends) : Duration.ZERO;
        }
    }

    Optional<Run> recall(String commandId) {
        return Optional.ofNullable(runs.get(commandId));
    }

    void keep(String commandId, Run run) {
        runs.put(commandId, run);
        if (runs.size() > REMEMBERED) {
            runs.remove(runs.keySet().iterator().next());
        }
    }
}
