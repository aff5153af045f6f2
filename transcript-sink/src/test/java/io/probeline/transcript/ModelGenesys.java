package io.probeline.transcript;

import io.probeline.record.TranscriptLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** A model of Genesys' quota and faults, in simulated time: fixed minutes, headers or none, 429s with whole seconds. */
final class ModelGenesys {
    static final Duration MINUTE = Duration.ofMinutes(1);

    /** One line that was taken. */
    record Written(TranscriptLine line, Instant at) {}

    /** What happened in one of its minutes. */
    static final class Minute {
        int taken;
        int refused;
        int limit;
        final Map<Object, Integer> byToken = new HashMap<>();
    }

    /** Whether each instance's token is counted for itself. */
    boolean tokenEach;

    ToIntFunction<Instant> limit = at -> 300;
    Predicate<Instant> headers = at -> true;
    Predicate<Instant> away = at -> false;
    Predicate<Instant> retryAfter = at -> true;
    /** How the seconds left are rounded. */
    Function<Duration, Long> rounding = left -> (left.toMillis() + 999) / 1000;

    Supplier<Duration> latency = () -> Duration.ofMillis(60);
    /** What the headers say instead of the truth; 0 for the truth. */
    int told;

    int othersRefused;
    BooleanSupplier failsAfter = () -> false;
    BooleanSupplier neverAnswers = () -> false;
    BooleanSupplier failsBefore = () -> false;
    /** Whether a minute begins with the first request after the one before, or when that ends. */
    boolean lazy;

    /** How fast its clock goes beside ours. */
    double pace = 1;

    /** Where its minutes begin. */
    Instant origin = Lines.START.minusSeconds(17);

    final TreeMap<Instant, Minute> minutes = new TreeMap<>();
    final List<Written> written = new ArrayList<>();
    private final Map<String, String> newest = new TreeMap<>();

    /** A request of someone else's. */
    void other(Instant now) {
        var minute = minute(now);
        if (minute.byToken.getOrDefault(this, 0) < minute.limit) {
            minute.taken++;
            minute.byToken.merge(this, 1, Integer::sum);
        } else {
            othersRefused++;
        }
    }

    Answer answer(Object instance, Step step, TranscriptLine line, Instant now) {
        var token = tokenEach ? instance : this;
        if (away.test(now)) {
            return new Answer.Failed("connection refused", false, Optional.empty());
        }
        var minute = minute(now);
        if (minute.byToken.getOrDefault(token, 0) >= minute.limit) {
            minute.refused++;
            return new Answer.TooMany(
                    retryAfter.test(now)
                            ? Optional.of(Duration.ofSeconds(rounding.apply(left(now))))
                            : Optional.empty(),
                    rate(now, minute, token));
        }
        minute.taken++;
        minute.byToken.merge(token, 1, Integer::sum);
        if (failsBefore.getAsBoolean()) {
            return new Answer.Failed("500", true, rate(now, minute, token));
        }
        return switch (step) {
            case LOOK_UP -> new Answer.Done(rate(now, minute, token));
            case READ_BACK ->
                new Answer.Checked(
                        line.getLineId().equals(newest.get(line.getInteractionId() + line.getPriority())),
                        rate(now, minute, token));
            case WRITE -> {
                written.add(new Written(line, now));
                newest.put(line.getInteractionId() + line.getPriority(), line.getLineId());
                yield failsAfter.getAsBoolean()
                        ? new Answer.Failed("500", true, rate(now, minute, token))
                        : new Answer.Done(rate(now, minute, token));
            }
        };
    }

    private Optional<RateHeaders> rate(Instant now, Minute minute, Object token) {
        return headers.test(now)
                ? Optional.of(new RateHeaders(
                        minute.byToken.getOrDefault(token, 0),
                        told == 0 ? minute.limit : told,
                        Duration.ofSeconds(rounding.apply(left(now)))))
                : Optional.empty();
    }

    /** The time by its own clock. */
    private Instant theirs(Instant now) {
        return pace == 1
                ? now
                : origin.plusNanos((long) (Duration.between(origin, now).toNanos() * pace));
    }

    private Instant start(Instant ours) {
        var now = theirs(ours);
        if (lazy) {
            var last = minutes.lastEntry();
            return last != null && now.isBefore(last.getKey().plus(MINUTE)) ? last.getKey() : now;
        }
        long since = Duration.between(origin, now).toMillis();
        return origin.plusMillis(Math.floorDiv(since, MINUTE.toMillis()) * MINUTE.toMillis());
    }

    private Duration left(Instant now) {
        return Duration.between(theirs(now), start(now).plus(MINUTE));
    }

    private Minute minute(Instant now) {
        var minute = minutes.computeIfAbsent(start(now), start -> new Minute());
        minute.limit = limit.applyAsInt(now);
        return minute;
    }
}
