package io.probeline.processor;

import io.probeline.record.Aggregate;
import io.probeline.record.Alert;
import io.probeline.record.DeadLetter;
import io.probeline.record.DeviceEvent;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.Telemetry;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.Topics;

/** The wire formats of the topics that the processor reads and writes; making them registers their schemas. */
record Formats(
        AvroFormat<SessionRequest> requests,
        AvroFormat<DeviceEvent> events,
        AvroFormat<Session> sessions,
        AvroFormat<Telemetry> telemetry,
        AvroFormat<Aggregate> aggregates,
        AvroFormat<Alert> alerts,
        AvroFormat<TranscriptLine> transcript,
        AvroFormat<DeadLetter> deadLetters) {
    static Formats of(SchemaRegistry registry) {
        return new Formats(
                new AvroFormat<>(Topics.SESSION_REQUESTS, registry),
                new AvroFormat<>(Topics.DEVICE_EVENTS, registry),
                new AvroFormat<>(Topics.SESSIONS, registry),
                new AvroFormat<>(Topics.TELEMETRY, registry),
                new AvroFormat<>(Topics.AGGREGATES, registry),
                new AvroFormat<>(Topics.ALERTS, registry),
                new AvroFormat<>(Topics.TRANSCRIPT, registry),
                new AvroFormat<>(Topics.DEAD_LETTERS, registry));
    }
}
