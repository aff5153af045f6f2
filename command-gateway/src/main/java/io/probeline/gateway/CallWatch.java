package io.probeline.gateway;

import io.probeline.runtime.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One notification channel of the contact centre, and the calls whose end it is to tell: what is to be done next. A channel replays
 * nothing, so a call that was there for a while before the channel began to listen is asked for, once each time.
 *
 * <p>Each request counts against the quota of the whole contact centre, of which others are left a tenth. So the list of topics is
 * changed every 10 s in the long run, and calls are asked for at the {@link CallPace} of all channels.
 *
 * <p>Pure: what happens and the time in, the next step out.
 */
final class CallWatch {
    /** As many as a channel holds. */
    static final int MOST = 1_000;

    static final Rate CHANGES = new Rate(0.1, 3);

    static final Duration PING = Duration.ofSeconds(30);

    /** A socket that has been silent for so long, pings included, is dead. */
    static final Duration SILENCE = Duration.ofSeconds(75);

    /** A call that began so shortly before the channel listens to it will hardly have ended. */
    static final Duration FRESH = Duration.ofSeconds(3);

    /** So long before its end a channel is given up for a new one, or in the last tenth of its time if that is shorter. */
    static final Duration RENEWED_BEFORE = Duration.ofMinutes(10);

    /** How long a channel is taken to live that does not say so, or names a time that is past by our clock. */
    static final Duration LIFE = Duration.ofHours(24);

    private static final int LAST_PART = 10;

    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(2));

    /** What is to be done. */
    sealed interface Step {}

    /** Ask for a channel and connect to it, in place of the one there may be. */
    record Open() implements Step {}

    /** Cut off the socket that has not come in its time: that is a failure. */
    record GiveUp() implements Step {}

    /** Subscribe the channel to the ends of these calls, and of no others. */
    record Subscribe(String channel, List<String> calls) implements Step {}

    /** Ask whether this call has ended. */
    record LookUp(String call) implements Step {}

    /** Have the socket show that it is there. */
    record Ping() implements Step {}

    /** Nothing before this time, unless something happens. */
    record Rest(long until) implements Step {}

    private record Channel(String id, Instant renewedAt) {}

    private Map<String, Instant> wanted = Map.of();
    private final CallPace pace;
    private @Nullable Channel channel;
    private boolean coming;
    private Set<String> subscribed = Set.of();
    /** Their ends may have been told while there was no channel. */
    private final Set<String> missed = new HashSet<>();

    private final LinkedHashSet<String> toAsk = new LinkedHashSet<>();
    private int failures;
    private long openAt;
    private Bucket changes;
    private long subscribeAt;
    private long pingAt;
    private long heardAt;

    /** @param pace shared with the other channels of this gateway */
    CallWatch(CallPace pace, long now) {
        this.pace = pace;
        openAt = now;
        changes = Bucket.full(CHANGES, now);
        subscribeAt = now;
    }

    /** @param calls whose ends are to be told, with the begin of their sessions; no more than {@link #MOST} */
    void wanted(Map<String, Instant> calls) {
        wanted = Map.copyOf(calls);
        toAsk.retainAll(wanted.keySet());
        missed.retainAll(wanted.keySet());
    }

    boolean idle() {
        return wanted.isEmpty();
    }

    Step next(long now, Instant wall) {
        if (coming && now >= openAt) {
            return new GiveUp();
        }
        var open = channel;
        if (open == null || !wall.isBefore(open.renewedAt()) || now - heardAt > SILENCE.toNanos()) {
            return wanted.isEmpty() || now < openAt ? new Rest(openAt) : new Open();
        }
        if (!subscribed.equals(wanted.keySet()) && now >= subscribeAt) {
            return new Subscribe(
                    open.id(),
                    wanted.keySet().stream().sorted(Comparator.naturalOrder()).toList());
        }
        if (!toAsk.isEmpty() && now >= pace.next()) {
            return new LookUp(toAsk.getFirst());
        }
        return now >= pingAt ? new Ping() : new Rest(Math.min(pingAt, Math.min(subscribeAt, pace.next())));
    }

    /** A socket is on its way; it is given up when it has not come by then. */
    void opening(long now, Duration most) {
        coming = true;
        openAt = now + most.toNanos();
    }

    /** @param expires by the contact centre's clock; what is past by ours tells nothing but that one of the two is wrong */
    void opened(String id, Instant expires, long now, Instant wall) {
        var end = expires.isAfter(wall) ? expires : wall.plus(LIFE);
        var part = Duration.between(wall, end).dividedBy(LAST_PART);
        var before = part.compareTo(RENEWED_BEFORE) < 0 ? part : RENEWED_BEFORE;
        channel = new Channel(id, end.minus(before));
        coming = false;
        missed.addAll(subscribed);
        subscribed = Set.of();
        subscribeAt = now;
        pingAt = now + PING.toNanos();
        heardAt = now;
    }

    /** The channel is not to be had, or is no good. */
    void failed(Duration atLeast, long now, RandomGenerator random) {
        channel = null;
        coming = false;
        missed.addAll(subscribed);
        subscribed = Set.of();
        failures++;
        openAt = now
                + Math.max(atLeast.toNanos(), BACKOFF.pause(failures, random).toNanos());
    }

    /** The socket has ended, or said that it will, or has not come. */
    void dropped(long now, RandomGenerator random) {
        failed(Duration.ZERO, now, random);
    }

    void subscribed(List<String> calls, long now, Instant wall) {
        failures = 0;
        calls.stream()
                .filter(call -> !subscribed.contains(call) && mayHaveEnded(call, wall))
                .forEach(toAsk::add);
        subscribed = Set.copyOf(calls);
        taken(Duration.ZERO, now);
    }

    private boolean mayHaveEnded(String call, Instant wall) {
        var since = wanted.get(call);
        return missed.remove(call) || (since != null && since.plus(FRESH).isBefore(wall));
    }

    /** The list of topics was not taken, but the channel is still good. */
    void notSubscribed(Duration atLeast, long now) {
        taken(atLeast, now);
    }

    private void taken(Duration atLeast, long now) {
        changes = changes.at(now, CHANGES).taken();
        subscribeAt = now + Math.max(atLeast.toNanos(), changes.until(CHANGES).toNanos());
    }

    /** The contact centre has said what has become of the call, or does not know it. */
    void lookedUp(String call, long now) {
        toAsk.remove(call);
        pace.asked(Duration.ZERO, now);
    }

    /** The contact centre did not say: it is asked again, after the others. */
    void notLookedUp(String call, Duration atLeast, long now) {
        toAsk.remove(call);
        toAsk.add(call);
        pace.asked(atLeast, now);
    }

    void pinged(long now) {
        pingAt = now + PING.toNanos();
    }

    void heard(long now) {
        heardAt = now;
    }
}
