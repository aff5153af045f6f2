package io.probeline.transcript;

import java.time.Duration;
import java.util.Optional;

/** What came of one request to Genesys. */
sealed interface Answer {
    /** What it tells of the quota. */
    Optional<RateHeaders> rate();

    /** A write was taken, or a look-up found what it looked for. */
    record Done(Optional<RateHeaders> rate) implements Answer {}

    /** The target was read back: the line is there, or is not. */
    record Checked(boolean there, Optional<RateHeaders> rate) implements Answer {}

    /** 429. */
    record TooMany(Optional<Duration> retryAfter, Optional<RateHeaders> rate) implements Answer {}

    /**
     * It may go better later: 5xx, a time-out, no connection, no token.
     *
     * @param maybeDone whether the write may have been taken all the same
     */
    record Failed(String reason, boolean maybeDone, Optional<RateHeaders> rate) implements Answer {}

    /** It will never go better: another 4xx. */
    record Refused(String reason, Optional<RateHeaders> rate) implements Answer {}
}
