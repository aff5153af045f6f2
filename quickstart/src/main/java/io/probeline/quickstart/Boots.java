package io.probeline.quickstart;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often an appliance has started, when it did last, and which commands made it.
 *
 * @param byCommand the boot counter that each reboot command led to, the newest {@value #REMEMBERED}
 */
record Boots(long counter, Instant last, Map<String, Long> byCommand) {
    private static final int REMEMBERED = 32;

    Boots {
        byCommand = Collections.unmodifiableMap(new LinkedHashMap<>(byCommand));
    }

    /** After one more start, for which this command is to blame. */
    Boots again(String commandId, Instant at) {
        var commands = new LinkedHashMap<>(byCommand);
        commands.put(commandId, counter + 1);
        if (commands.size() > REMEMBERED) {
            commands.remove(commands.keySet().iterator().next());
        }
        return new Boots(counter + 1, at, commands);
    }

    Duration uptime(Instant now) {
        return now.isBefore(last) ? Duration.ZERO : Duration.between(last, now);
    }
}
