package io.probeline.bridge;

/** Where the head of a lane stands between the queue and its outcome. */
sealed interface LaneStage {
    /**
     * It stays in the queue; no effect is under way.
     *
     * @param notBefore when it may be tried again, after a commit that failed
     */
    record Resting(long notBefore) implements LaneStage {}

    /** Its intent is being committed. It must not be sent before that has been acknowledged. */
    record Intending(LaneAction.Commit intent) implements LaneStage {}

    /**
     * It was written to the device's socket.
     *
     * @param interrupted whether the connection has been lost since
     * @param cancelBy when a cancel that was sent gives up on the device; {@link Moment#NEVER} when none was
     */
    record InFlight(int attempt, long deadline, boolean acknowledged, boolean interrupted, long cancelBy)
            implements LaneStage {
        InFlight withAck() {
            return new InFlight(attempt, deadline, true, interrupted, cancelBy);
        }

        InFlight withLineLost() {
            return new InFlight(attempt, deadline, acknowledged, true, cancelBy);
        }

        InFlight withCancel(long by) {
            return new InFlight(attempt, deadline, acknowledged, interrupted, by);
        }

        boolean cancelling() {
            return cancelBy != Moment.NEVER;
        }
    }

    /** Nobody knows whether it ran, and the device is asked. */
    record Doubting(Doubt doubt) implements LaneStage {}

    /**
     * Its outcome is known and on its way to be durable; only then does the place move on.
     *
     * @param retryAt when to write it again; {@link Moment#NEVER} while a write is under way
     */
    record Concluding(int attempt, LaneAction.Ending ending, long retryAt) implements LaneStage {}
}
