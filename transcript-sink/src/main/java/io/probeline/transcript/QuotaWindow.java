package io.probeline.transcript;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Where the token's minute stands, as far as answers tell. Genesys counts in fixed minutes and tells the seconds left, rounded, so the minute's
 * end is known as an interval that each answer narrows: within a minute by the rounding's edges, and at a change of minute by the answers before
 * and after it. A minute may begin when the one before ends, or with the first request after that: so once the clock has run out, the next minute's
 * end is not known before an answer from it has come. Not for more than one thread.
 */
final class QuotaWindow {
    static final Duration LENGTH = Duration.ofMinutes(1);

    /** Whole seconds, rounded up, down or to the nearest: so much either way. */
    private static final Duration ROUNDING = Duration.ofSeconds(1);

    /** How sure we are of when the minute ends. */
    private enum Phase {
        UNSEEN,
        ASSUMED,
        SEEN
    }

    /** The newest count that was told, and when the request was sent that told it. */
    private record Told(int count, Instant sentAt) {}

    private final Deque<Instant> sends = new ArrayDeque<>();
    private Phase phase = Phase.UNSEEN;
    private Instant start = Instant.EPOCH;
    /** The clock alone told us that a minute was over; no answer from the next one has come since. */
    private boolean ranOut;

    private int minutes;
    private Instant endEarliest = Instant.EPOCH;
    private Instant endLatest = Instant.EPOCH;
    private Optional<Told> first = Optional.empty();
    private Optional<Told> newest = Optional.empty();
    private double othersPerSecond;

    boolean unseen() {
        return phase == Phase.UNSEEN;
    }

    /** How many minutes have begun. */
    int minutes() {
        return minutes;
    }

    Instant start() {
        return start;
    }

    Instant endEarliest() {
        return endEarliest;
    }

    Instant endLatest() {
        return endLatest;
    }

    Duration left(Instant now) {
        return Duration.between(
                now, endEarliest.plus(Duration.between(endEarliest, endLatest).dividedBy(2)));
    }

    void sent(Instant now) {
        sends.addLast(now);
    }

    /** An answer that tells nothing of the quota: we count minutes of our own from here. */
    void answeredWithoutHeaders(Instant sentAt) {
        ranOut = false;
        if (phase == Phase.UNSEEN) {
            phase = Phase.ASSUMED;
            begin(sentAt, sentAt.plus(LENGTH), sentAt.plus(LENGTH));
        }
    }

    void answered(Instant sentAt, Instant now, RateHeaders rate) {
        ends(sentAt.plus(rate.reset()).minus(ROUNDING), now.plus(rate.reset()).plus(ROUNDING), sentAt, now)
                .ifPresent(ours -> tell(new Told(rate.count(), sentAt)));
    }

    /** A 429 tells when the minute ends, and nothing else. */
    void refused(Instant sentAt, Instant now, Duration retryAfter) {
        if (retryAfter.compareTo(LENGTH.plus(ROUNDING)) <= 0) {
            var _ = ends(
                    sentAt.plus(retryAfter).minus(ROUNDING),
                    now.plus(retryAfter).plus(ROUNDING),
                    sentAt,
                    now);
        }
    }

    /** The minute may be over. */
    void roll(Instant now) {
        while (phase != Phase.UNSEEN && now.isAfter(endLatest)) {
            begin(endEarliest, endEarliest.plus(LENGTH), endLatest.plus(LENGTH));
            ranOut = true;
        }
    }

    /** Requests of this minute so far, ours and all others', those that no answer has told of yet included. */
    double used(Instant now) {
        return newest.map(told ->
                        told.count() + sendsAfter(told.sentAt()) + othersPerSecond * seconds(told.sentAt(), now))
                .orElseGet(() -> (double) ownSince(start));
    }

    /** Requests a second by others that have the token, peers and gateway. */
    double othersPerSecond() {
        return othersPerSecond;
    }

    /** Our requests since then; no more than the last two minutes are known. */
    long ownSince(Instant then) {
        return sendsAfter(then.minusNanos(1));
    }

    /** When the request was sent that so many have followed, itself included; empty when there were fewer in the last two minutes. */
    Optional<Instant> ownBefore(long requests) {
        return sends.size() < requests
                ? Optional.empty()
                : Optional.of(
                        sends.stream().skip(sends.size() - requests).findFirst().orElseThrow());
    }

    private Optional<Boolean> ends(Instant earliest, Instant latest, Instant sentAt, Instant now) {
        if (phase != Phase.SEEN) {
            phase = Phase.SEEN;
            begin(earliest.minus(LENGTH), earliest, latest);
            return Optional.of(true);
        }
        if (latest.isBefore(endEarliest)) {
            return Optional.empty();
        }
        if (ranOut) {
            // It began before this answer came.
            endLatest = later(endLatest, now.plus(LENGTH));
        }
        if (earliest.isAfter(endLatest)) {
            changed(earliest, latest, sentAt, now);
            return Optional.of(true);
        }
        ranOut = false;
        endEarliest = later(endEarliest, earliest);
        endLatest = earlier(endLatest, latest);
        if (endLatest.isBefore(endEarliest)) {
            endLatest = endEarliest;
        }
        return Optional.of(true);
    }

    /** The first answer of a new minute: the old one ended after the last answer of its own was asked for, and before this one came. */
    private void changed(Instant earliest, Instant latest, Instant sentAt, Instant now) {
        var startEarliest = later(endEarliest, newest.map(Told::sentAt).orElse(endEarliest));
        var startLatest = earlier(endLatest, now);
        var from = later(earliest, startEarliest.plus(LENGTH));
        var to = earlier(latest, startLatest.plus(LENGTH));
        boolean regular = !to.isBefore(from);
        begin(earlier(startEarliest, sentAt), regular ? from : earliest, regular ? to : latest);
    }

    private void begin(Instant from, Instant earliest, Instant latest) {
        while (!sends.isEmpty() && sends.getFirst().isBefore(from.minus(LENGTH))) {
            sends.removeFirst();
        }
        minutes++;
        start = from;
        endEarliest = earliest;
        endLatest = latest;
        ranOut = false;
        first = Optional.empty();
        newest = Optional.empty();
    }

    private void tell(Told told) {
        if (newest.isPresent() && told.sentAt().isBefore(newest.get().sentAt())) {
            return;
        }
        newest = Optional.of(told);
        if (first.isEmpty()) {
            first = newest;
            return;
        }
        var since = first.get();
        double elapsed = seconds(since.sentAt(), told.sentAt());
        if (elapsed >= 5) {
            long ours = sendsAfter(since.sentAt()) - sendsAfter(told.sentAt());
            othersPerSecond = Math.max(0, told.count() - since.count() - ours) / elapsed;
        }
    }

    private long sendsAfter(Instant then) {
        long after = 0;
        for (var newestFirst = sends.descendingIterator(); newestFirst.hasNext(); after++) {
            if (!newestFirst.next().isAfter(then)) {
                break;
            }
        }
        return after;
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toNanos() / 1e9);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
