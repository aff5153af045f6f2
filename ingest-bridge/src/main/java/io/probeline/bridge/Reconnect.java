package io.probeline.bridge;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to dial a device that is not connected: three tries within 14 s, the first at once, the third so late that a backend can have started anew, and then at most
 * one in 15 s. 14 and not 15, because the agent is to know after 15 s, and the news has a way to go.
 *
 * <p>The agent counts from the last sign of life, and so do the 14 s, as far as the device was not silent for longer than a healthy one. Who has said nothing for all
 * the time that heartbeats leave him is lost with the next try that fails, for a backend may take and drop connections for ever with no appliance behind it.
 */
final class Reconnect {
    private static final int TRIES = 3;
    private static final Duration LONGEST_TRY = Duration.ofSeconds(4);
    private static final Duration SHORTEST_TRY = Duration.ofSeconds(3);

    /** The second comes anywhere within this time from the first one's failure: full jitter. */
    private static final Duration SECOND_WITHIN = Duration.ofSeconds(4);

    private static final Duration SECOND_BY = Duration.ofSeconds(7);

    /** The third comes anywhere between these, the earlier counted from the connection's end. */
    private static final Duration THIRD_FROM = Duration.ofSeconds(8);

    private static final Duration THIRD_BY = Duration.ofSeconds(11);

    private static final Duration WHEN_LOST = Duration.ofSeconds(15);
    private static final Duration WHEN_LOST_SPREAD = Duration.ofSeconds(3);

    /** A device that does nothing but answer heartbeats is silent for so long. */
    private static final Duration HEALTHY_SILENCE = Duration.ofSeconds(5);

    /**
     * A connection that ends sooner, or without a frame, has proved nothing: but for the first time, its end counts as another failed try, or this would be a hot
     * loop.
     */
    private static final Duration PROVEN = Duration.ofSeconds(5);

    private final Duration patience;
    private boolean lost;
    private int failures;
    private long endedAt;
    private long outageSince;
    private long dialledAt;
    private long openedAt = Moment.NEVER;
    private boolean spoken;
    private boolean flapped;

    /** The last frame, over all connections; before there was one, the first connection. */
    private long silentSince = Moment.NEVER;

    /**
     * @param lost whether the agent was told already that the device is gone
     * @param heartbeats how long they leave to a silent device; three tries have their 15 s in any case
     */
    Reconnect(boolean lost, Duration heartbeats) {
        this.lost = lost;
        this.patience = heartbeats.compareTo(WHEN_LOST) > 0 ? heartbeats : WHEN_LOST;
    }

    /**
     * The next try.
     *
     * @param at when to dial
     * @param limit how long it may take until the session stands
     * @param lostNow whether this is the moment to tell that the device is gone
     */
    record Next(long at, Duration limit, boolean lostNow) {}

    boolean lost() {
        return lost;
    }

    /** Nothing has been tried yet. */
    Next first(Moment now) {
        failures = 0;
        begin(now);
        long room = outageSince + SECOND_BY.toNanos() - now.nanos();
        var limit = Duration.ofNanos(Math.clamp(room, SHORTEST_TRY.toNanos(), LONGEST_TRY.toNanos()));
        return new Next(now.nanos(), limit, false);
    }

    /** As at the beginning: for how long a device was silent that was not to be dialled says nothing. */
    Next anew(Moment now) {
        silentSince = Moment.NEVER;
        return first(now);
    }

    private void begin(Moment now) {
        endedAt = now.nanos();
        outageSince =
                silentSince == Moment.NEVER ? endedAt : Math.max(silentSince, endedAt - HEALTHY_SILENCE.toNanos());
    }

    Next failed(Moment now, RandomGenerator random) {
        failures++;
        if (lost || failures >= TRIES || silentForTooLong(now)) {
            boolean lostNow = !lost;
            lost = true;
            long pause = WHEN_LOST.toNanos() + random.nextLong(WHEN_LOST_SPREAD.toNanos());
            return new Next(Math.max(now.nanos(), dialledAt + pause), LONGEST_TRY, lostNow);
        }
        return new Next(failures == 1 ? second(now, random) : third(now, random), SHORTEST_TRY, false);
    }

    private long second(Moment now, RandomGenerator random) {
        long by = inTime(Math.min(now.in(SECOND_WITHIN), outageSince + SECOND_BY.toNanos()));
        return between(now.nanos(), by, random);
    }

    private long third(Moment now, RandomGenerator random) {
        long by = inTime(outageSince + THIRD_BY.toNanos());
        long from = Math.min(by, endedAt + THIRD_FROM.toNanos());
        return between(Math.max(now.nanos(), from), by, random);
    }

    /** No later than the moment from which on a failure is the last. */
    private long inTime(long by) {
        return silentSince == Moment.NEVER ? by : Math.min(by, silentSince + patience.toNanos());
    }

    private static long between(long from, long by, RandomGenerator random) {
        return by <= from ? from : from + random.nextLong(by - from + 1);
    }

    private boolean silentForTooLong(Moment now) {
        return silentSince != Moment.NEVER && now.since(silentSince).compareTo(patience) >= 0;
    }

    void dialled(Moment now) {
        dialledAt = now.nanos();
    }

    /** @return since when the device counts as silent; of one that is lost nothing is left to be told, so it has all its time again */
    long opened(Moment now) {
        openedAt = now.nanos();
        spoken = false;
        if (silentSince == Moment.NEVER) {
            silentSince = now.nanos();
        }
        return lost ? now.nanos() : silentSince;
    }

    /** The device itself has spoken: whatever was said about its loss is over. */
    void alive(Moment now) {
        spoken = true;
        silentSince = now.nanos();
        if (lost) {
            lost = false;
            failures = 0;
        }
    }

    /** An open connection has ended. */
    Next dropped(Moment now, RandomGenerator random) {
        boolean proven =
                spoken && openedAt != Moment.NEVER && now.since(openedAt).compareTo(PROVEN) >= 0;
        openedAt = Moment.NEVER;
        boolean fluke = !proven && !lost && !flapped && !silentForTooLong(now);
        flapped = !proven;
        if (proven || fluke) {
            return first(now);
        }
        begin(now);
        return failed(now, random);
    }

    /** Heartbeats stay unanswered: the device is gone, whatever its backend's socket says. */
    Next mute(Moment now, RandomGenerator random) {
        openedAt = Moment.NEVER;
        if (lost) {
            return failed(now, random);
        }
        lost = true;
        return new Next(first(now).at(), LONGEST_TRY, true);
    }
}
