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
 * changed every 10 s in the long run, and all gateways together ask for 15 calls a minute.
 *
 * <p>Pure: what happens and the time in, the next step out.
 */
final class CallWatch {
    /** As many as a channel holds. */
    static final int MOST = 1_000;

    static final Rate CHANGES = new Rate(0.1, 3);

    static final Rate LOOK_UPS = new Rate(0.25, 8);
    static final Duration PING = Duration.ofSeconds(30);

    /** A socket that has been silent for so long, pings included, is dead. */
    static final Duration SILENCE = Duration.ofSeconds(75);

    /** A call that began so shortly before the channel listens to it will hardly have ended. */
    static final Duration FRESH = Duration.ofSeconds(3);

    /** So long before its end a channel is given up for a new one, or in the last tenth of its time if that is shorter. */
    static final Duration RENEWED_BEFORE = Duration.ofMinutes(10);

    private static final int LAST_PART = 10;

    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(2));

    /** What is to be done. */
    sealed interface Step {}

    /** Ask for a channel and connect to it, in place of the one there may be. */
    record Open() implements Step {}

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
    private double share = 1;
    private @Nullable Channel channel;
    private Set<String> subscribed = Set.of();
    /** Their ends may have been told while there was no channel. */
    private final Set<String> missed = new HashSet<>();

    private final LinkedHashSet<String> toAsk = new LinkedHashSet<>();
    private int failures;
    private long openAt;
    private Bucket changes;
    private long subscribeAt;
    private Bucket lookUps;
    private long lookUpAt;
    private long pingAt;
    private long heardAt;

    CallWatch(long now) {
        openAt = now;
        changes = Bucket.full(CHANGES, now);
        subscribeAt = now;
        lookUps = Bucket.full(LOOK_UPS, now);
        lookUpAt = now;
    }

    /**
     * @param calls whose ends are to be told, with the begin of their sessions; no more than {@link #MOST}
     * @param part of the look-ups of all gateways, more than 0
     */
    void wanted(Map<String, Instant> calls, double part) {
        wanted = Map.copyOf(calls);
        share = part;
        toAsk.retainAll(wanted.keySet());
        missed.retainAll(wanted.keySet());
    }

    boolean idle() {
        return wanted.isEmpty();
    }

    Step next(long now, Instant wall) {
        var open = channel;
        if (open == null || !wall.isBefore(open.renewedAt()) || now - heardAt > SILENCE.toNanos()) {
            return wanted.isEmpty() || now < openAt ? new Rest(openAt) : new Open();
        }
        if (!subscribed.equals(wanted.keySet()) && now >= subscribeAt) {
            return new Subscribe(
                    open.id(),
                    wanted.keySet().stream().sorted(Comparator.naturalOrder()).toList());
        }
        if (!toAsk.isEmpty() && now >= lookUpAt) {
            return new LookUp(toAsk.getFirst());
        }
        return now >= pingAt ? new Ping() : new Rest(Math.min(pingAt, Math.min(subscribeAt, lookUpAt)));
    }

    /** A socket is on its way; another is tried when it has not come by then. */
    void opening(long now, Duration most) {
        openAt = now + most.toNanos();
    }

    void opened(String id, Instant expires, long now, Instant wall) {
        var part = Duration.between(wall, expires).dividedBy(LAST_PART);
        var before = part.compareTo(RENEWED_BEFORE) < 0 ? part : RENEWED_BEFORE;
        channel = new Channel(id, expires.minus(before));
        missed.addAll(subscribed);
        subscribed = Set.of();
        subscribeAt = now;
        pingAt = now + PING.toNanos();
        heardAt = now;
    }

    /** The channel is not to be had, or is no good. */
    void failed(Duration atLeast, long now, RandomGenerator random) {
        channel = null;
        missed.addAll(subscribed);
        subscribed = Set.of();
        failures++;
        openAt = now
                + Math.max(atLeast.toNanos(), BACKOFF.pause(failures, random).toNanos());
    }

    /** The socket has ended, or said that it will. */
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
        asked(Duration.ZERO, now);
    }

    /** The contact centre did not say: it is asked again, after the others. */
    void notLookedUp(String call, Duration atLeast, long now) {
        toAsk.remove(call);
        toAsk.add(call);
        asked(atLeast, now);
    }

    void pinged(long now) {
        pingAt = now + PING.toNanos();
    }

    void heard(long now) {
        heardAt = now;
    }

    private void asked(Duration atLeast, long now) {
        var rate = new Rate(LOOK_UPS.perSecond() * share, LOOK_UPS.burst());
        lookUps = lookUps.at(now, rate).taken();
        lookUpAt = now + Math.max(atLeast.toNanos(), lookUps.until(rate).toNanos());
    }
}
