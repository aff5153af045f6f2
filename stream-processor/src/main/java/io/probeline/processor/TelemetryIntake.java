package io.probeline.processor;

import io.probeline.record.Telemetry;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of {@code telemetry} as a view of one checked record, which holds until the next is taken: scanned where the schema of now wrote them, by Avro's
 * reader where another version did or where anything is odd. Owned by one thread.
 */
final class TelemetryIntake {
    private final AvroFormat<Telemetry> format;
    private final Intake<Telemetry> thorough;
    private final TelemetryView view = new TelemetryView();
    private final TelemetryScan scan = new TelemetryScan(view);
    private final Decoded<TelemetryView> taken = new Decoded.Ok<>(view);

    TelemetryIntake(AvroFormat<Telemetry> format, Intake.Pause pause) {
        this.format = format;
        this.thorough = new Intake<>(format, Checks::telemetry, pause);
    }

    Decoded<TelemetryView> take(byte @Nullable [] bytes) {
        if (bytes != null && format.wrote(bytes) && scan.scan(bytes, AvroFormat.HEADER)) {
            return taken;
        }
        return switch (thorough.take(bytes)) {
            case Decoded.Ok<Telemetry>(var record) -> {
                view.show(record);
                yield taken;
            }
            case Decoded.Rejected<Telemetry>(var reason, var detail) -> new Decoded.Rejected<>(reason, detail);
        };
    }
}
