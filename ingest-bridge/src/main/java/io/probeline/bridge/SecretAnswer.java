package io.probeline.bridge;

/** What the vault says when it is asked for a device's secret. */
sealed interface SecretAnswer {
    /** There is one. */
    record Found(Secret secret) implements SecretAnswer {}

    /** There is none that could be used; asking again gives the same answer. */
    record None() implements SecretAnswer {}

    /** The vault can't say. */
    record Away(String why) implements SecretAnswer {}
}
