package io.probeline.processor;

import io.probeline.record.Aggregate;
import io.probeline.record.Alert;
import io.probeline.record.TranscriptLine;

/** Where an interaction says what it found, in the order in which it found it. */
interface Findings {
    void aggregate(Aggregate aggregate);

    void alert(Alert alert);

    void line(TranscriptLine line);
}
