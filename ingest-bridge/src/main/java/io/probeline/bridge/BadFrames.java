package io.probeline.bridge;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counts the bad frames of one connection: more than 100 within 10 s are too many. */
final class BadFrames {
    private static final int MOST = 100;
    private static final long WITHIN = Duration.ofSeconds(10).toNanos();

    /** When the last ones came, oldest overwritten first; made when the first comes, since most devices send none. */
    private long @Nullable [] times;

    private int next;
    private long count;

    /** @return whether it is one too many */
    boolean tooMany(long now) {
        if (times == null) {
            times = new long[MOST];
        }
        boolean full = count >= MOST && now - times[next] <= WITHIN;
        times[next] = now;
        next = (next + 1) % MOST;
        count++;
        return full;
    }
}
