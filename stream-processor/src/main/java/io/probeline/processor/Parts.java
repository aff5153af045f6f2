package io.probeline.processor;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * What both sub-topologies work with.
 *
 * @param terms asked for on each record, so that rules can change while it runs
 */
record Parts(
        Formats formats,
        Supplier<Terms> terms,
        Duration maxAge,
        Duration idle,
        ProcessorMetrics metrics,
        Intake.Pause pause) {}
