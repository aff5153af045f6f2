package io.probeline.bridge;

import io.probeline.runtime.Backoff;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to dial a device that is not connected: three tries within 14 s, the first at once, and then at most one in 15 s.
 * 14 and not 15, because the agent is to know after 15 s, and the news has a way to go.
 */
final class Reconnect {
    private static final int TRIES = 3;
    private static final Backoff SPREAD = new Backoff(Duration.ofSeconds(4), Duration.ofSeconds(8));
    private static final Duration LONGEST_TRY = Duration.ofSeconds(4);
    private static final Duration SHORTEST_TRY = Duration.ofSeconds(3);
    private static final Duration SECOND_BY = Duration.ofSeconds(7);
    private static final Duration THIRD_BY = Duration.ofSeconds(11);
    private static final Duration WHEN_LOST = Duration.ofSeconds(15);
    private static final Duration WHEN_LOST_SPREAD = Duration.ofSeconds(3);

    /** A connection that ends sooner has proved nothing: but for the first time, its end counts as another failed try, or this would be a hot loop. */
    private static final Duration PROVEN = Duration.ofSeconds(5);

    private boolean lost;
    private int failures;
    private long outageSince;
    private long dialledAt;
    private long openedAt = Moment.NEVER;
    private boolean flapped;

    /** @param lost whether the agent was told already that the device is gone */
    Reconnect(boolean lost) {
        this.lost = lost;
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
        outageSince = now.nanos();
        return new Next(now.nanos(), LONGEST_TRY, false);
    }

    Next failed(Moment now, RandomGenerator random) {
        failures++;
        if (lost || failures >= TRIES) {
            boolean lostNow = !lost;
            lost = true;
            long pause = WHEN_LOST.toNanos() + random.nextLong(WHEN_LOST_SPREAD.toNanos());
            return new Next(Math.max(now.nanos(), dialledAt + pause), LONGEST_TRY, lostNow);
        }
        long latest = outageSince + (failures == 1 ? SECOND_BY : THIRD_BY).toNanos();
        long room = Math.max(0, latest - now.nanos());
        long pause = Math.min(SPREAD.pause(failures, random).toNanos(), room);
        return new Next(now.nanos() + pause, SHORTEST_TRY, false);
    }

    void dialled(Moment now) {
        dialledAt = now.nanos();
    }

    void opened(Moment now) {
        openedAt = now.nanos();
    }

    /** The device itself has spoken: whatever was said about its loss is over. */
    void alive() {
        if (lost) {
            lost = false;
            failures = 0;
        }
    }

    /** An open connection has ended. Of a device that is lost it has proved nothing, however long it stood: not a frame has come. */
    Next dropped(Moment now, RandomGenerator random) {
        boolean proven = openedAt != Moment.NEVER && now.since(openedAt).compareTo(PROVEN) >= 0;
        openedAt = Moment.NEVER;
        boolean fluke = !proven && !lost && !flapped;
        flapped = !proven;
        if ((proven && !lost) || fluke) {
            return first(now);
        }
        outageSince = now.nanos();
        return failed(now, random);
    }

    /** Heartbeats stay unanswered: the device is gone, whatever its backend's socket says. */
    Next mute(Moment now, RandomGenerator random) {
        openedAt = Moment.NEVER;
        if (lost) {
            return failed(now, random);
        }
        lost = true;
        var again = first(now);
        return new Next(again.at(), again.limit(), true);
    }
}
