package io.probeline.transcript;

/**
 * The quota as 429s teach it, where no header tells it: down to what was taken, at most by half at a time; and up again, ever faster, once enough has gone
 * well that the 429 which ends the climb is a rare one.
 */
final class LearnedLimit {
    /** A 429 in so many requests is what we allow ourselves for finding out. */
    private static final int REQUESTS_A_LESSON = 2_000;

    /** Where the limit is so low that this many requests take hours. */
    private static final int MINUTES_A_LESSON = 20;

    private static final double STEP = 0.02;

    private double cap = Double.MAX_VALUE;
    private long takenSince;
    private int minutesSince;
    private int climbing;

    /** The limit in force. */
    int under(int limit) {
        return (int) Math.min(limit, cap);
    }

    /**
     * A 429. One that follows another, with nothing taken in between, teaches nothing new.
     *
     * @param taken in the minute that the 429 ended
     * @param limit what we thought it was
     */
    void refused(long taken, int limit) {
        if (cap == Double.MAX_VALUE || takenSince > 0) {
            cap = Math.max(1, Math.max((double) taken, under(limit) / 2.0));
        }
        takenSince = 0;
        minutesSince = 0;
        climbing = 0;
    }

    void taken() {
        takenSince++;
    }

    /** A minute went by. */
    void minutePassed() {
        minutesSince++;
        if (cap < Double.MAX_VALUE && (takenSince >= REQUESTS_A_LESSON || minutesSince >= MINUTES_A_LESSON)) {
            climbing++;
            cap += Math.max(1, cap * STEP * climbing);
        }
    }

    /** Nothing that was learned holds any more. */
    void forget() {
        cap = Double.MAX_VALUE;
        takenSince = 0;
    }
}
