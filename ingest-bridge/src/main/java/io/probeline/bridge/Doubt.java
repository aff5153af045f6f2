package io.probeline.bridge;

import io.probeline.bridge.LaneAction.Ending;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command that may or may not have run, of which a probe will tell. That it has run can be told as soon as the device has started
 * anew; that it has not, only when it can't begin any more, which is when its deadline has passed.
 *
 * @param attempt the one that may have reached the device
 * @param unknown how it ends if nobody can tell
 * @param evidence what was known when it was sent
 * @param deadline when the device must not begin it any more
 * @param giveUpAt when nobody asks any more
 * @param askAt when the device is to be asked; {@link Moment#NEVER} while it can't be
 */
record Doubt(int attempt, Ending unknown, Evidence evidence, long deadline, long giveUpAt, long askAt) {
    /** How long after the deadline a device may be away until nobody waits for its word any more. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    /** A device that is back may volunteer the result. */
    static final Duration ITS_OWN_WORD = Duration.ofSeconds(1);

    static final Duration AGAIN = Duration.ofSeconds(5);

    /** A device that runs for 7.9 s may say 7. */
    private static final Duration ROUNDED = Duration.ofSeconds(1);

    /** The bridge that sent and the one that asks may go by clocks that differ so much. */
    private static final Duration CLOCKS = Duration.ofSeconds(1);

    /**
     * What is kept with the intent.
     *
     * @param at right before the command was sent
     * @param starts the device's count of starts then; null where it gives none
     */
    record Evidence(@Nullable Instant at, @Nullable Long starts) {
        static final Evidence NONE = new Evidence(null, null);
    }

    /** What a probe's answer makes of it. */
    enum Word {
        RAN,
        DID_NOT_RUN,
        /** It has not run so far. */
        NOT_YET,
        /** The device does not give what would tell. */
        CANNOT_TELL
    }

    static Doubt of(int attempt, Ending unknown, Evidence evidence, long deadline) {
        return new Doubt(attempt, unknown, evidence, deadline, deadline + PATIENCE.toNanos(), Moment.NEVER);
    }

    Doubt askAt(long at) {
        return new Doubt(attempt, unknown, evidence, deadline, giveUpAt, at);
    }

    /** @param asked when the probe was sent */
    Word judge(Probe.Reading reading, Moment asked, Moment now) {
        return switch (startedSince(reading, asked, now)) {
            case YES -> Word.RAN;
            case NO -> asked.reached(deadline) ? Word.DID_NOT_RUN : Word.NOT_YET;
            case UNTOLD -> Word.CANNOT_TELL;
        };
    }

    private enum Told {
        YES,
        NO,
        UNTOLD
    }

    private Told startedSince(Probe.Reading reading, Moment asked, Moment now) {
        if (evidence.starts() != null && reading.starts() != null) {
            int more = reading.starts().compareTo(evidence.starts());
            return more > 0 ? Told.YES : more == 0 ? Told.NO : Told.UNTOLD;
        }
        if (evidence.at() == null || reading.uptime() == null) {
            return Told.UNTOLD;
        }
        var earliest = asked.wall().minus(reading.uptime()).minus(ROUNDED).minus(CLOCKS);
        var latest = now.wall().minus(reading.uptime()).plus(CLOCKS);
        return earliest.isAfter(evidence.at()) ? Told.YES : latest.isBefore(evidence.at()) ? Told.NO : Told.UNTOLD;
    }
}
