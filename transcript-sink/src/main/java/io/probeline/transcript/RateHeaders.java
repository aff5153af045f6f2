package io.probeline.transcript;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an answer tells of the token's quota, {@code inin-ratelimit-*}.
 *
 * @param count requests of this minute so far, by anyone who has the token
 * @param allowed requests of a minute
 * @param reset what is left of the minute, in whole seconds, however rounded
 */
record RateHeaders(int count, int allowed, Duration reset) {
    private static final int LONGEST_RESET = 3_600;

    /** Nothing, where one of the three is missing or makes no sense. */
    static Optional<RateHeaders> of(@Nullable String count, @Nullable String allowed, @Nullable String reset) {
        int used = number(count);
        int most = number(allowed);
        int left = number(reset);
        return used < 0 || most < 1 || left < 0 || left > LONGEST_RESET
                ? Optional.empty()
                : Optional.of(new RateHeaders(used, most, Duration.ofSeconds(left)));
    }

    private static int number(@Nullable String text) {
        try {
            return text == null ? -1 : Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
