package io.probeline.transcript;

/** What the scheduler must know of a target. Both are answered from memory. */
interface Manner {
    /** Whether a request must find something out before the first line of this interaction can be written. */
    boolean needsLookUp(String interactionId);

    /** Whether it can be read what was written, so that a line of which nobody knows is never said twice. */
    boolean readable();
}
