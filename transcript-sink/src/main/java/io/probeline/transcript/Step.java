package io.probeline.transcript;

/** What one request is for. Every one counts against the quota. */
enum Step {
    /** Finds the conversation's customer, once. */
    LOOK_UP,
    /** Says the line. */
    WRITE,
    /** Finds out whether a line of which nobody knows was said. */
    READ_BACK
}
