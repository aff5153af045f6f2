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
 * the session; and a tick for each second in which there was none, so that the topic alone moves time on.
 */
final class LineTelemetry {
    private static final Duration MOST_AHEAD = Duration.ofSeconds(5);
    private static final DeviceFrame.Telemetry NOTHING = new DeviceFrame.Telemetry(null, null, Map.of());

    private final Session session;
    private SequenceCheck sequence = new SequenceCheck();
    private Instant stamped;
    private boolean silent = true;
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
        silent = false;
        return Optional.of(record(TelemetryKind.FRAME, frame, frame.metrics(), now));
    }

    /** A whole second has begun: a tick, if nothing was written in the one before. */
    Optional<Telemetry> second(Moment now) {
        boolean was = silent;
        silent = true;
        return was ? Optional.of(record(TelemetryKind.TICK, NOTHING, Map.of(), now)) : Optional.empty();
    }

    private Telemetry record(TelemetryKind kind, DeviceFrame.Telemetry frame, Map<String, Double> metrics, Moment now) {
        stamped = later(stamped, now.wall().truncatedTo(ChronoUnit.MILLIS));
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
