package io.probeline.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is asked of the measurement {@code commands}.
 *
 * @param rate commands a second, over all sessions
 * @param length of a round of commands
 */
record CommandOptions(int sessions, int rate, Duration length, int rounds) {
    private static final List<String> KNOWN = List.of("--sessions", "--rate", "--seconds", "--rounds");

    static CommandOptions of(String... options) {
        var given = new HashMap<String, Integer>();
        for (int i = 0; i < options.length; i += 2) {
            boolean sound =
                    KNOWN.contains(options[i]) && i + 1 < options.length && options[i + 1].matches("[1-9]\\d{0,6}");
            if (!sound) {
                throw new IllegalArgumentException(
                        "usage: bench commands [--sessions 1000] [--rate 200] [--seconds 30] [--rounds 3]");
            }
            given.put(options[i], Integer.valueOf(options[i + 1]));
        }
        return of(given);
    }

    private static CommandOptions of(Map<String, Integer> given) {
        return new CommandOptions(
                given.getOrDefault("--sessions", 1_000),
                given.getOrDefault("--rate", 200),
                Duration.ofSeconds(given.getOrDefault("--seconds", 30)),
                given.getOrDefault("--rounds", 3));
    }

    /** Four programs are compiled meanwhile, on the cores that the path needs: it takes a minute until that is over. No figure is taken. */
    Duration warmUp() {
        return length.multipliedBy(2);
    }

    /** A floor is one produce and one fetch: a third of the time tells it as well. */
    Duration floorLength() {
        return Duration.ofSeconds(Math.max(5, length.toSeconds() / 3));
    }
}
