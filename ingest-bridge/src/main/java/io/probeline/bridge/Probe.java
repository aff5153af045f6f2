package io.probeline.bridge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The read-only command that tells whether the device has started anew, and so whether a command that restarts it has run.
 *
 * @param params JSON object, as text
 * @param counters names that the device may give its count of starts
 * @param uptimes names that the device may give the seconds since its last start
 */
record Probe(String command, String params, List<String> counters, List<String> uptimes) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LONGEST_UPTIME = Duration.ofDays(100 * 365).toSeconds();

    /** What the device's answer tells of its starts. */
    record Reading(@Nullable Long starts, @Nullable Duration uptime) {
        static final Reading NOTHING = new Reading(null, null);
    }

    /** @param data the result's data, which may be anything */
    Reading read(@Nullable String data) {
        if (data == null) {
            return Reading.NOTHING;
        }
        try {
            var tree = JSON.readTree(data);
            var starts = number(tree, counters, JsonNode::canConvertToExactIntegral);
            var uptime = number(tree, uptimes, n -> n.asDouble() >= 0 && n.asDouble() < LONGEST_UPTIME);
            return new Reading(
                    starts == null ? null : starts.asLong(),
                    uptime == null ? null : Duration.ofSeconds(uptime.asLong()));
        } catch (JsonProcessingException e) {
            return Reading.NOTHING;
        }
    }

    private static @Nullable JsonNode number(JsonNode tree, List<String> names, Predicate<JsonNode> sound) {
        for (var name : names) {
            var found = tree.findValue(name);
            if (found != null && found.isNumber() && found.canConvertToLong() && sound.test(found)) {
                return found;
            }
        }
        return null;
    }
}
