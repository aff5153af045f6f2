package io.probeline.bridge;

/** Sees each step of each lane. In the product nobody looks, and no setting changes that; the proofs put a crash or a stop between two steps. */
interface LaneWatch {
    LaneWatch NOBODY = step -> {};

    /** On the thread that takes the step, before anything that follows from it. */
    void passed(LaneStep step);
}
