package io.probeline.bridge;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a secret that was refused is to be looked up anew: once, since it may have been changed after it was read. When the device has spoken with the one that
 * was found then, that may have been changed too: it is looked up again, but only another one is tried. So a backend that lets in and then throws out does not
 * have a device dialled for ever.
 */
final class Renewal {
    private static final Duration ONCE_IN = Duration.ofMinutes(1);

    private long askedAt = Moment.NEVER;
    private boolean spoken;
    private @Nullable Secret outworn;

    /**
     * @param secret the one that was refused
     * @return whether to look it up
     */
    boolean refused(@Nullable Secret secret, Moment now) {
        boolean lately = askedAt != Moment.NEVER && now.since(askedAt).compareTo(ONCE_IN) < 0;
        if (lately && !spoken) {
            return false;
        }
        outworn = lately ? secret : null;
        askedAt = now.nanos();
        spoken = false;
        return true;
    }

    /** Whether it is worth a try: not where it is the very one that was refused. */
    boolean found(Secret secret) {
        boolean other = !secret.equals(outworn);
        outworn = null;
        return other;
    }

    /** The device has spoken: its backend takes the secret that there is, and a connection alone would not show that. */
    void spoken() {
        spoken = true;
    }
}
