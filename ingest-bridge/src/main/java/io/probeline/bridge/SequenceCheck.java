package io.probeline.bridge;

/**
 * Tells new telemetry from repeats, and counts gaps, by the {@code seq} of one connection.
 *
 * <p>The last 64 numbers are remembered, so that one which was overtaken is told from one which came twice. What is further below is a repeat, also when a device sends
 * many again. One that counts anew within a connection, against the protocol, is believed once {@link #RUN} such numbers have come in their order and nothing else between.
 */
final class SequenceCheck {
    private static final int WINDOW = 64;

    /** So many are lost to a device that counts anew: three seconds at 10 Hz. A batch that is sent again is rarely as long, and must not pass for new values. */
    static final int RUN = 32;

    /** A leap by more than this is another count, not a gap: a corrupt number must not turn up as billions of lost frames. */
    private static final long LONGEST_GAP = 100_000;

    /** A repeat, which is to be dropped. */
    static final long REPEAT = -1;

    private boolean begun;
    private long highest;

    /** Bit n: {@code highest - n} has come. */
    private long seen;

    /** The last of the numbers far below that came one after the other, and how many there were. */
    private long below;

    private int run;

    /** @return how many frames are missing just before this one, or {@link #REPEAT} */
    long check(long seq) {
        if (!begun) {
            return begin(seq);
        }
        // Either difference may be too long for a long, and is negative then.
        return seq > highest ? forward(seq, seq - highest) : backward(seq, highest - seq);
    }

    private long begin(long seq) {
        begun = true;
        highest = seq;
        seen = 1;
        run = 0;
        return 0;
    }

    private long forward(long seq, long ahead) {
        if (ahead < 0 || ahead > LONGEST_GAP) {
            return begin(seq);
        }
        run = 0;
        seen = ahead >= WINDOW ? 1 : seen << ahead | 1;
        highest = seq;
        return ahead - 1;
    }

    private long backward(long seq, long behind) {
        if (behind >= 0 && behind < WINDOW) {
            long bit = 1L << behind;
            boolean repeat = (seen & bit) != 0;
            run = 0;
            seen |= bit;
            return repeat ? REPEAT : 0;
        }
        run = run > 0 && seq == below + 1 ? run + 1 : 1;
        below = seq;
        return run == RUN ? begin(seq) : REPEAT;
    }
}
