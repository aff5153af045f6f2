package io.probeline.bridge;

import java.time.Duration;

/**
 * What surrounds the lanes: who makes them, and who watches their steps. The product has the usual one, and no setting changes that; the proofs put a crash
 * between two steps.
 */
interface LaneCare {
    /** Lanes as they are, watched by nobody. */
    LaneCare USUAL = new LaneCare() {};

    default CommandLane lane(LaneSession session, CommittedPlace recovered, RunIds done, Duration lease, String down) {
        return new CommandLane(session, recovered, done, lease, down);
    }

    default Lease lease(Duration sessionTimeout) {
        return new Lease(sessionTimeout);
    }

    /** On the thread that takes the step, before anything that follows from it. */
    default void passed(LaneStep step) {}
}
