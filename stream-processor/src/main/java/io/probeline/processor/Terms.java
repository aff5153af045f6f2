package io.probeline.processor;

import io.probeline.schemas.MetricRules;
import java.time.Duration;

/**
 * What an interaction is judged by.
 *
 * @param longestGap a record that is further than this from the one before is refused: it would close windows without end
 */
record Terms(MetricRules rules, TranscriptPolicy policy, Duration longestGap) {
    /** The same with other rules. */
    Terms with(MetricRules others) {
        return new Terms(others, policy, longestGap);
    }
}
