package io.probeline.gateway;

/**
 * What a decision waits for.
 *
 * @param all every open, close and answer of any instance
 * @param answers what any instance has answered; for a key that is enough
 */
record Barriers(Barrier all, Barrier answers) {}
