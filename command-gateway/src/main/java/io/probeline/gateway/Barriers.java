package io.probeline.gateway;

import java.util.function.BooleanSupplier;

/**
 * What a decision waits for.
 *
 * @param all every open, close and answer of any instance
 * @param answers what any instance has answered; for a key that is enough
 * @param current whether what is known without a barrier is the present but for a moment
 * @param caughtUp whether what decisions depend on has been read once to where it ended at the start
 * @param complete whether all that is shown has: before that a session looks as one that has less behind it
 */
record Barriers(
        Barrier all, Barrier answers, BooleanSupplier current, BooleanSupplier caughtUp, BooleanSupplier complete) {}
