package io.probeline.transcript;

/**
 * The quota as 429s teach it, where no header tells it: down to what was taken, at most by half at a time, and up again a little a minute, once enough
 * has gone well that the 429 which ends the climb is a rare one.
 */
final class LearnedLimit {
    /** A 429 in so many requests is what we allow ourselves for finding out. */
    private static final int REQUESTS_A_LESSON = 2_000;

    private static final double STEP = 0.02;

    private double cap = Double.MAX_VALUE;
    private long takenSince;

    /** The limit in force. */
    int under(int limit) {
        return (int) Math.min(limit, cap);
    }

    /** @param taken what was taken in the minute that the 429 ended; {@code limit} what we thought it was */
    void refused(int taken, int limit) {
        cap = Math.max(1, Math.max((double) taken, under(limit) / 2.0));
        takenSince = 0;
    }

    void taken() {
        takenSince++;
    }

    /** A minute went by. */
    void minutePassed() {
        if (cap < Double.MAX_VALUE / 2 && takenSince >= REQUESTS_A_LESSON) {
            cap += Math.max(1, cap * STEP);
        }
    }

    /** Nothing that was learned holds any more. */
    void forget() {
        cap = Double.MAX_VALUE;
        takenSince = 0;
    }
}
