package io.probeline.bridge;

import io.probeline.bridge.LaneAction.Ending;
import org.jspecify.annotations.Nullable;

/** What is to become of the command at the head of a lane while nothing is under way for it. */
sealed interface HeadVerdict {
    /** It may be sent, once its intent is committed. */
    record Goes() implements HeadVerdict {}

    /** It waits, and this is why. */
    record Waits(String reason) implements HeadVerdict {}

    /** It is over without being sent, or sent again. */
    record Ends(Ending ending) implements HeadVerdict {}

    /** Nobody knows whether it ran; its probe has to tell. */
    record Doubted(Ending unknown) implements HeadVerdict {}

    /** It is left to the next owner. */
    record Stays() implements HeadVerdict {}

    /**
     * What is known when the verdict is given.
     *
     * @param ran the last attempt that may have reached the device; 0 when none has
     * @param down why the device can't be spoken to; null when it can
     * @param halted whether this bridge gives the device away
     * @param busySince since when another interaction's session has been in the way
     */
    record Facts(LaneSession session, int ran, @Nullable String down, boolean halted, long busySince) {}

    static HeadVerdict of(QueuedCommand head, Facts facts, Moment now) {
        return switch (LaneStanding.of(head, facts.session())) {
            case CLOSED -> new Ends(closed(head, facts.ran()));
            case BUSY ->
                now.since(facts.busySince()).compareTo(CommandLane.BUSY_GRACE) >= 0
                        ? new Ends(LaneEndings.DEVICE_BUSY)
                        : new Waits("device_busy");
            case PENDING ->
                expired(head, now) ? new Ends(LaneEndings.expired(facts.ran())) : new Waits("session_pending");
            case CURRENT -> current(head, facts, now);
        };
    }

    /** A doubt does not end with its session: who looks it up later is told that nobody knows. */
    private static Ending closed(QueuedCommand head, int ran) {
        return ran > 0 && !head.repeatable()
                ? LaneEndings.untold(LaneEndings.BRIDGE_LOST, "the session has ended")
                : LaneEndings.closed(ran);
    }

    private static HeadVerdict current(QueuedCommand head, Facts facts, Moment now) {
        int ran = facts.ran();
        if (ran > 0 && !head.repeatable()) {
            return inDoubt(head, facts);
        }
        if (ran >= CommandLane.MOST_ATTEMPTS) {
            return new Ends(LaneEndings.ATTEMPTS_EXHAUSTED);
        }
        if (facts.session().cancelled().contains(head.commandId())) {
            return new Ends(LaneEndings.cancelled(ran));
        }
        if (expired(head, now)) {
            return new Ends(LaneEndings.expired(ran));
        }
        if (facts.down() != null) {
            return new Waits(facts.down());
        }
        return facts.halted() ? new Stays() : new Goes();
    }

    private static HeadVerdict inDoubt(QueuedCommand head, Facts facts) {
        if (head.probe() == null) {
            return new Ends(LaneEndings.BRIDGE_LOST);
        }
        if (facts.session().cancelled().contains(head.commandId())) {
            return new Ends(LaneEndings.TOO_LATE);
        }
        return facts.halted() ? new Stays() : new Doubted(LaneEndings.BRIDGE_LOST);
    }

    private static boolean expired(QueuedCommand head, Moment now) {
        return !head.expiresAt().isAfter(now.wall());
    }
}
