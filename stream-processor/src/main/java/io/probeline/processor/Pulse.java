package io.probeline.processor;

/** When this instance heard of a session last, and whether a tick of its own is on its way through the topic. */
final class Pulse {
    private long heardAt;
    private long time;
    private long written;
    private boolean underWay;

    /** @param now the time here when it was heard of last, {@code at} by the clock of the session's records */
    void heard(long now, long at) {
        if (now != heardAt) {
            heardAt = now;
            time = at;
        }
    }

    /** Whether this record is the tick that was written here: it tells nothing of the bridge. */
    boolean returned(long at) {
        boolean own = underWay && at == written;
        underWay &= !own;
        return own;
    }

    void wrote(long at) {
        written = at;
        underWay = true;
    }

    /** A second tick waits for the first to come back, so that a long way through the topic does not multiply them. */
    boolean underWay() {
        return underWay;
    }

    long silentSince(long now) {
        return now - heardAt;
    }

    /** What the clock of the session's records shows now. */
    long time(long now) {
        return time + silentSince(now);
    }
}
