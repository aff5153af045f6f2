package io.probeline.transcript;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When the next request may be made. What is left of the minute is spread over the rest of it, so it is neither burst nor wasted, and there is always
 * a request soon for an alarm. With several instances each takes its share of what is left, whatever the others did before: so a rebalance neither
 * exceeds nor strands the budget. That holds too where each has a token of its own, in whose count the others' requests don't show: the quota is
 * the integration's, so a request of ours stands for the others' part of one as well. Not for more than one thread.
 */
final class Quota {
    /** How much faster than evenly it may go when something urgent waits, or when the minute began quietly. */
    private static final double HURRY = 4;

    /** Kept free for mistakes: requests that cross a change of minute, and others' that we have not been told of. */
    private static final double SPARE = 0.01;

    /** Of the quota, at most, for others whose requests we see in the count: the gateway's look-ups. */
    private static final double RESERVE = 0.1;

    /** How late a request may be and still count as on time: a busy machine must not cost quota. */
    private static final Duration SLACK = Duration.ofMillis(100);

    /** The same without headers, where a minute's rest can't make up for it. */
    private static final Duration BLIND_SLACK = Duration.ofSeconds(2);

    private static final Duration BLIND_STOP = Duration.ofSeconds(10);
    private static final Duration LEAST_LEFT = Duration.ofMillis(50);

    /** Says that nothing may be sent before an answer has come. */
    static final Instant AFTER_AN_ANSWER = Instant.MAX;

    private final QuotaWindow window = new QuotaWindow();
    private final LearnedLimit learned = new LearnedLimit();
    private int told;
    private double share = 1;
    private boolean headers;
    private int inFlight;
    private Instant stoppedUntil = Instant.EPOCH;
    private Instant due = Instant.EPOCH;
    private Instant explained = Instant.EPOCH;
    private int minutes;

    /** Of this minute: what the other instances have sent if they did as we did. */
    private double peers;

    /** @param perMinute the quota until an answer says otherwise */
    Quota(int perMinute) {
        told = perMinute;
    }

    /** @param part of the quota that is ours, 0 to 1: our partitions of all */
    void share(double part) {
        share = Math.clamp(part, 0, 1);
    }

    /** Requests of a minute, for everyone. */
    int allowed() {
        return learned.under(told);
    }

    /** Requests of this minute so far, of everyone, as far as we know. */
    double used(Instant now) {
        double told = window.used(now);
        double own = (double) window.ownSince(window.start());
        // A stray request more than ours is no sign that the others' are counted here.
        return share == 1 || told - own >= peers / 2 ? told : Math.max(told, own + peers);
    }

    /** Until when a 429 has stopped us. */
    Optional<Instant> stoppedUntil(Instant now) {
        return now.isBefore(stoppedUntil) ? Optional.of(stoppedUntil) : Optional.empty();
    }

    /** When the next request may be made; not after {@code now} means at once. */
    Instant nextAt(Instant now, boolean urgent) {
        roll(now);
        if (now.isBefore(stoppedUntil)) {
            return stoppedUntil;
        }
        if (window.unseen()) {
            return inFlight == 0 ? now : AFTER_AN_ANSWER;
        }
        double left = allowed() - used(now);
        if (left < 1) {
            return window.endLatest().plusMillis(1);
        }
        double perSecond = perSecond(now, left, urgent);
        if (perSecond <= 0) {
            // The spare may be used to find out whether the minute is over.
            return later(window.endEarliest(), now.plusMillis(1));
        }
        var next = due.plusNanos((long) (1e9 / perSecond));
        return headers ? next : later(next, withinAnyMinute(now));
    }

    /** Without headers a minute may begin at any moment, so no sixty seconds may hold more than a minute's. */
    private Instant withinAnyMinute(Instant now) {
        long most = Math.max(1, (long) (share * allowed() * (1 - SPARE)));
        return window.ownBefore(most).map(sent -> sent.plus(QuotaWindow.LENGTH)).orElse(now);
    }

    void sent(Instant now, boolean urgent) {
        var next = nextAt(now, urgent);
        due = later(next.isAfter(now) ? now : next, now.minus(headers ? SLACK : BLIND_SLACK));
        window.sent(now);
        peers += (1 - share) / Math.max(share, 0.01);
        inFlight++;
    }

    /** An answer that is no 429; one without headers tells only that the request was taken. */
    void answered(Instant sentAt, Instant now, Answer answer) {
        inFlight--;
        roll(now);
        learned.taken();
        var rate = answer.rate();
        boolean reached = answer instanceof Answer.Done || answer instanceof Answer.Checked;
        if (rate.isPresent() && !headers) {
            // What the headers say is true again.
            learned.forget();
        }
        headers = rate.isPresent() || (headers && !reached);
        rate.ifPresent(r -> {
            told = r.allowed();
            window.answered(sentAt, now, r);
        });
        if (rate.isEmpty() && reached) {
            window.answeredWithoutHeaders(sentAt);
        }
    }

    /** A request that counts as sent was not made after all: its place in the minute is lost, which is safer than to give it away twice. */
    void withdrawn() {
        inFlight--;
    }

    void refused(Instant sentAt, Instant now, Answer.TooMany answer) {
        inFlight--;
        roll(now);
        if (!now.isBefore(stoppedUntil) && !window.unseen()) {
            lesson(now, answer);
        }
        answer.rate().ifPresent(r -> {
            told = r.allowed();
            window.answered(sentAt, now, r);
        });
        answer.retryAfter().ifPresent(after -> window.refused(sentAt, now, after));
        var stop = answer.retryAfter().map(after -> after.plusSeconds(1)).orElse(BLIND_STOP);
        stoppedUntil = later(stoppedUntil, now.plus(stop));
    }

    /** A limit that was cut just now explains one 429; where headers go on to be wrong, or there are none, we learn it ourselves. */
    private void lesson(Instant now, Answer.TooMany answer) {
        boolean told = headers || answer.rate().isPresent();
        if (told && now.isAfter(explained.plus(QuotaWindow.LENGTH.multipliedBy(3)))) {
            explained = now;
            return;
        }
        var began = answer.retryAfter().map(now.minus(QuotaWindow.LENGTH)::plus).orElse(window.start());
        long taken = Math.max(0, window.ownSince(began) - inFlight - 1);
        learned.refused((long) (taken / Math.max(share, 0.01)), allowed());
    }

    private double perSecond(Instant now, double left, boolean urgent) {
        double even = share * allowed() / QuotaWindow.LENGTH.toSeconds();
        if (!now.isBefore(window.endEarliest())) {
            return even;
        }
        double seconds = Math.max(LEAST_LEFT.toNanos(), window.left(now).toNanos()) / 1e9;
        double spare = Math.max(1, allowed() * SPARE);
        double budget = left - spare - reserve(seconds);
        // Without headers the minute is not ours to know: evenly is within any minute.
        double most = headers ? even * HURRY : even * (1 - SPARE);
        return urgent && headers ? most : Math.min(most, share * Math.max(0, budget) / seconds);
    }

    private double reserve(double seconds) {
        double peers = (1 - share) * allowed() / QuotaWindow.LENGTH.toSeconds();
        double others = Math.max(0, window.othersPerSecond() - peers);
        return Math.min(others, allowed() * RESERVE / QuotaWindow.LENGTH.toSeconds()) * seconds;
    }

    private void roll(Instant now) {
        window.roll(now);
        for (; minutes < window.minutes(); minutes++) {
            learned.minutePassed();
            peers = 0;
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
