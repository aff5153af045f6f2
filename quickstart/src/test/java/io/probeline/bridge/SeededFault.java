package io.probeline.bridge;

/** A promise of the command path that a broken bridge does not keep. */
public enum SeededFault {
    /** A bridge as it is. */
    NONE,
    /** The frame goes out first, and its intent is committed then. */
    INTENT_AFTER_SEND,
    /** Nobody looks whether the commit of the intent was refused, or long ago. */
    NO_FENCE,
    /** What may run once is taken for repeatable. */
    RESENDS_ONCE,
    /** The next command does not wait for the device's answer. */
    TWO_IN_FLIGHT,
    /** The place moves on before the outcome is durable. */
    PLACE_BEFORE_OUTCOME
}
