package io.probeline.bridge;

import io.probeline.bridge.LaneAction.Ending;
import io.probeline.record.Outcome;
import org.jspecify.annotations.Nullable;

/** The outcomes that the bridge decides, each with its code and its words. */
final class LaneEndings {
    static final Ending NOT_SENT =
            Ending.of(Outcome.CANCELLED, "NOT_SENT", "cancelled in the queue; the device never saw it");
    static final Ending TOO_LATE =
            Ending.of(Outcome.CANCELLED, "TOO_LATE", "cancelled when the device had it already; it may have run");
    private static final Ending CLOSED =
            Ending.of(Outcome.SESSION_CLOSED, "session_closed", "the session has ended; the device never saw it");
    private static final Ending CLOSED_SENT = Ending.of(
            Outcome.SESSION_CLOSED,
            "session_closed",
            "the session has ended; the device had it already and may have run it");
    static final Ending CLOSED_UNKNOWN = Ending.of(
            Outcome.UNKNOWN, "session_closed", "the session ended before the device answered; it may have run");
    static final Ending DEVICE_BUSY =
            Ending.of(Outcome.SESSION_CLOSED, "device_busy", "the device stayed in another interaction's session");
    static final Ending BRIDGE_LOST = Ending.of(
            Outcome.UNKNOWN, "bridge_lost", "the bridge that was sending it went away; the device may have run it");
    static final Ending ATTEMPTS_EXHAUSTED = Ending.of(
            Outcome.UNKNOWN,
            "attempts_exhausted",
            "sent " + CommandLane.MOST_ATTEMPTS + " times, and no answer reached the bridge");
    private static final Ending EXPIRED =
            Ending.of(Outcome.EXPIRED, "expired", "it stood in the queue for too long; the device never saw it");
    private static final Ending EXPIRED_UNKNOWN =
            Ending.of(Outcome.UNKNOWN, "expired", "the device may have run it, and it is too late to ask again");
    private static final Ending TIMED_OUT =
            Ending.of(Outcome.TIMED_OUT, "timed_out", "the device did not answer within the deadline");
    static final Ending CONNECTION_LOST = Ending.of(
            Outcome.UNKNOWN, "connection_lost", "the connection was lost before the device answered; it may have run");

    private LaneEndings() {}

    /** @param ran the last attempt that may have reached the device */
    static Ending cancelled(int ran) {
        return ran > 0 ? TOO_LATE : NOT_SENT;
    }

    /** @param ran the last attempt that may have reached the device */
    static Ending expired(int ran) {
        return ran > 0 ? EXPIRED_UNKNOWN : EXPIRED;
    }

    /** @param sent the last attempt that may have reached the device */
    static Ending closed(int sent) {
        return sent > 0 ? CLOSED_SENT : CLOSED;
    }

    /** @param data what the device answered to the probe */
    static Ending executed(@Nullable String data) {
        return new Ending(Outcome.EXECUTED, data, null, null);
    }

    /** @param data what the device answered to the probe */
    static Ending notExecuted(@Nullable String data) {
        return new Ending(
                Outcome.NOT_EXECUTED, data, "not_executed", "the device has not started anew, so it did not run");
    }

    /** Nobody can tell, and why. */
    static Ending untold(Ending unknown, String why) {
        return Ending.of(Outcome.UNKNOWN, String.valueOf(unknown.code()), unknown.message() + "; " + why);
    }

    static Ending overdue(QueuedCommand command, LaneStage.InFlight flight) {
        return flight.interrupted() && !command.repeatable() ? CONNECTION_LOST : TIMED_OUT;
    }
}
