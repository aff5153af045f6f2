package io.probeline.gateway;

import java.util.function.BooleanSupplier;

/**
 * What a decision waits for.
 *
 * @param all every open, close and answer of any instance
 * @param answers what any instance has answered; for a key that is enough
 * @param current whether what is known without a barrier is the present but for a moment
 */
record Barriers(Barrier all, Barrier answers, BooleanSupplier current) {}
