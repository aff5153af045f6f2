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
 * <p>Who looks late, because the process or its machine stood, has asked nobody meanwhile: then each heartbeat still gets a twentieth of an interval to be answered.
 */
final class Heartbeat {
    private final long interval;
    private final long least;
    private final int misses;
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

    /** @param now when the connection was opened; the first beat is due at once, so that life is proved soon */
    Heartbeat(Duration interval, int misses, long now) {
        this.interval = interval.toNanos();
        this.least = this.interval / 20;
        this.misses = misses;
        this.lifeAt = now;
        this.beatAt = now - this.interval;
        this.dueAt = now;
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
        long gone = lifeAt + misses * interval - least;
        return Math.max(least, (gone - now) / (misses - unanswered + 1));
    }
}
