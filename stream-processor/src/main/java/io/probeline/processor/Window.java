package io.probeline.processor;

/** The open window of one length and one session: how many frames it saw. Windows are aligned to the epoch and follow without a gap. */
final class Window {
    private final long length;
    private long start;
    private long from;
    private long closed;
    private final Counts counts;

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

    /** Frames that a healthy device sends in the time that the session spent in it. */
    long expected(double framesPerSecond, long until) {
        return Math.round(framesPerSecond * Math.max(0, Math.min(until, end()) - from) / 1000.0);
    }

    void next() {
        start += length;
        from = start;
        closed++;
        counts.clear();
    }
}
