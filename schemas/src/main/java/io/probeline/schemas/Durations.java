package io.probeline.schemas;

import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as people write them in our files and settings: {@code 250ms}, {@code 5s}, {@code 15m}, {@code 4h}, {@code 1d}. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private Durations() {}

    /** @throws IllegalArgumentException with a message for the writer, when it is none */
    public static Duration parse(String text) {
        var match = FORM.matcher(text.strip());
        if (!match.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no duration: write 250ms, 5s, 15m, 4h or 1d");
        }
        long amount = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            case String unit -> throw new AssertionError("the form lets no other unit in: " + unit);
        };
    }
}
