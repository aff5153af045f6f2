package io.probeline.bridge;

import io.probeline.record.Session;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/**
 * A session's telemetry as it goes into its topic: every frame once, stamped with its time of receipt, which never falls within
 * the session; and a tick where no frame closes a window, so that the topic alone moves time on.
 */
final class LineTelemetry {
    private static final Duration MOST_AHEAD = Duration.ofSeconds(5);
    private static final DeviceFrame.Telemetry NOTHING = new DeviceFrame.Telemetry(null, null, Map.of());

    private final Session session;
    private SequenceCheck sequence = new SequenceCheck();
    private Instant stamped;
    private Instant written = Instant.EPOCH;
    private long lost;
    private long duplicates;

    LineTelemetry(Session session, Moment now) {
        this.session = session;
        // Another bridge may have stamped before, by a clock a little ahead of ours; one that is far ahead is wrong.
        var told = later(session.getUpdatedAt(), session.getActiveAt());
        this.stamped = told.isAfter(now.wall().plus(MOST_AHEAD)) ? Instant.EPOCH : told;
    }

    /** Sequence numbers belong to a connection. */
    void connected() {
        sequence = new SequenceCheck();
    }

    /** Empty for a repeat, which is counted onto the next record. */
    Optional<Telemetry> frame(DeviceFrame.Telemetry frame, Moment now) {
        var seq = frame.seq();
        long gap = seq == null ? 0 : sequence.check(seq);
        if (gap == SequenceCheck.REPEAT) {
            duplicates++;
            return Optional.empty();
        }
        lost += gap;
        return Optional.of(record(TelemetryKind.FRAME, frame, frame.metrics(), now));
    }

    /** A window has ended: a tick, if nothing that was written since has closed it. */
    Optional<Telemetry> windowEnded(Instant end, Moment now) {
        return written.isBefore(end) ? Optional.of(tick(now)) : Optional.empty();
    }

    /** Closes every window that has ended by now. */
    Telemetry tick(Moment now) {
        return record(TelemetryKind.TICK, NOTHING, Map.of(), now);
    }

    private Telemetry record(TelemetryKind kind, DeviceFrame.Telemetry frame, Map<String, Double> metrics, Moment now) {
        stamped = later(stamped, now.wall().truncatedTo(ChronoUnit.MILLIS));
        written = stamped;
        var record = new Telemetry(
                session.getInteractionId(),
                session.getSessionId(),
                session.getDeviceId(),
                kind,
                stamped,
                frame.deviceTime(),
                frame.seq(),
                lost,
                duplicates,
                metrics);
        lost = 0;
        duplicates = 0;
        return record;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
