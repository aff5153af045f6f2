package io.probeline.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** So many requests a minute and token, in fixed windows: one begins with the first request after the one before. */
final class GenesysQuota {
    static final int DEFAULT = 300;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    // Guarded by this.
    private final Map<String, Window> windows = new HashMap<>();
    private int enforced = DEFAULT;
    private int advertised = DEFAULT;

    private record Window(Instant end, int count) {}

    /** What becomes of a request. */
    sealed interface Verdict {
        /** It is served, and its answer says how much is left. */
        record Allowed(int count, int allowed, long resetSeconds) implements Verdict {}

        /** It is not; the seconds are rounded, so they may be too few by half a second. */
        record Refused(long retryAfterSeconds) implements Verdict {}
    }

    synchronized Verdict take(String token, Instant now) {
        windows.values().removeIf(window -> !now.isBefore(window.end()));
        var window = windows.getOrDefault(token, new Window(now.plus(WINDOW), 0));
        var left = Duration.between(now, window.end());
        if (window.count() >= enforced) {
            return new Verdict.Refused(Math.round(left.toMillis() / 1000.0));
        }
        var taken = new Window(window.end(), window.count() + 1);
        windows.put(token, taken);
        return new Verdict.Allowed(taken.count(), advertised, Math.ceilDiv(left.toMillis(), 1000L));
    }

    /** The limit from now on, for windows that have begun too. */
    synchronized void limit(int requests, boolean silently) {
        enforced = requests;
        advertised = silently ? advertised : requests;
    }
}
