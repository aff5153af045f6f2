package io.probeline.bridge;

import java.time.Duration;

/**
 * Asks a device for signs of life, and says when it is gone: {@code misses} heartbeats in a row without an answer, all within
 * {@code misses} intervals from the last sign of life.
 *
 * <p>A frame proves life at any time, so silence mostly begins in the middle of an interval. The heartbeats that follow
 * the first unanswered one share what is left of the time, each with the same chance to be answered; a fixed beat would
 * tell the agent up to one interval too late.
 *
 * <p>A single heartbeat has none to share with: it gets an interval of its own, and the device two from the last sign of life.
 *
 * <p>Who looks late, because the process or its machine stood, has asked nobody meanwhile, and neither has who had no connection: then each heartbeat still gets
 * {@link #least} to be answered.
 */
final class Heartbeat {
    private static final long FAIR = Duration.ofMillis(250).toNanos();

    private final long interval;

    /** A twentieth of an interval; of a short one more, for the way to a device and back is no shorter. */
    private final long least;

    private final int misses;
    private final long patience;
    private long lifeAt;
    private long beatAt;
    private long dueAt;
    private int unanswered;
    private long id;

    /** What is to be done. */
    enum Act {
        NOTHING,
        BEAT,
        /** One heartbeat is unanswered; the next is due. */
        BEAT_SUSPECT,
        GONE
    }

    /**
     * @param lifeAt since when there was no sign of life, also over an earlier connection
     * @param now when this one was opened; the first beat is due at once, so that life is proved soon
     */
    Heartbeat(Duration interval, int misses, long lifeAt, long now) {
        this.interval = interval.toNanos();
        this.least = Math.max(this.interval / 20, Math.min(FAIR, this.interval / 4));
        this.misses = misses;
        this.patience = patience(interval, misses).toNanos();
        this.lifeAt = lifeAt;
        this.beatAt = now - this.interval;
        this.dueAt = now;
    }

    /** For how long a device may be silent. */
    static Duration patience(Duration interval, int misses) {
        return interval.multipliedBy(Math.max(2, misses));
    }

    long dueAt() {
        return dueAt;
    }

    /** Whether the device owes an answer, and now the time for it is over: who says so must have heard all that the device has sent. */
    boolean overdue(long now) {
        return unanswered > 0 && now - dueAt >= 0;
    }

    /** The id of the beat that is to be sent. */
    long id() {
        return id;
    }

    /** @return whether it was suspect until now */
    boolean life(long now) {
        boolean suspect = unanswered > 1;
        lifeAt = now;
        if (unanswered > 0) {
            unanswered = 0;
            dueAt = Math.max(now, beatAt + interval);
        }
        return suspect;
    }

    Act time(long now) {
        if (now - dueAt < 0) {
            return Act.NOTHING;
        }
        if (unanswered >= misses) {
            return Act.GONE;
        }
        unanswered++;
        id++;
        beatAt = now;
        dueAt = now + Math.min(interval, share(now));
        return unanswered == 2 ? Act.BEAT_SUSPECT : Act.BEAT;
    }

    /** What each of the beats that are left, this one included, gets of the time until the device counts as gone. */
    private long share(long now) {
        long gone = lifeAt + patience - least;
        return Math.max(least, (gone - now) / (misses - unanswered + 1));
    }
}
