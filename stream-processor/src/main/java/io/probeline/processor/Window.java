package io.probeline.processor;

/** The open window of one length and one session: how many frames it saw. Windows are aligned to the epoch and follow without a gap. */
final class Window {
    private final long length;
    private long start;
    private long from;
    private long closed;
    private final Counts counts;
    private double framesPerSecond = Double.NaN;

    /** The first window, opened by a record of that time. */
    Window(long length, long at) {
        this(length, at - Math.floorMod(at, length), at, 0, new Counts());
    }

    Window(long length, long start, long from, long closed, Counts counts) {
        this.length = length;
        this.start = start;
        this.from = from;
        this.closed = closed;
        this.counts = counts;
    }

    long length() {
        return length;
    }

    long start() {
        return start;
    }

    long end() {
        return start + length;
    }

    /** Where the session's time within it begins: later than its start only in the first. */
    long from() {
        return from;
    }

    /** How many of this length have closed before it. */
    long closed() {
        return closed;
    }

    Counts counts() {
        return counts;
    }

    boolean late(long at) {
        return at < start;
    }

    /**
     * Frames that a healthy device sends in the time that the session spent in it. The first is due with the session's first record, so
     * that a window which is not whole counts it too; and whatever the rate, all windows together expect what the session does.
     */
    long expected(long firstAt, long until) {
        long to = Math.max(from, Math.min(until, end()));
        return due(to - firstAt) - due(from - firstAt);
    }

    /** The rate that holds when the window opens holds until it closes; one that was read back takes that of now. */
    void pace(double rate) {
        framesPerSecond = Double.isNaN(framesPerSecond) ? rate : framesPerSecond;
    }

    void next(double rate) {
        framesPerSecond = rate;
        start += length;
        from = start;
        closed++;
        counts.clear();
    }

    /** How many frames are due before that much of the session is over. */
    private long due(long millis) {
        // A product that is a hair above a whole number is that number.
        return (long) Math.ceil(framesPerSecond * millis / 1000.0 - 1e-6);
    }
}
