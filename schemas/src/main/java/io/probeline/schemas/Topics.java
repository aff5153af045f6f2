package io.probeline.schemas;

import io.probeline.record.Aggregate;
import io.probeline.record.Alert;
import io.probeline.record.AuditRecord;
import io.probeline.record.Command;
import io.probeline.record.DeadLetter;
import io.probeline.record.DeviceEvent;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.Telemetry;
import io.probeline.record.TranscriptLine;
import io.probeline.record.TranscriptReceipt;
import io.probeline.schemas.Topic.Kept;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The one table of topics: from it they are created, their schemas registered, and {@code docs/topics.md} written. */
public final class Topics {
    /** Stands in front of every topic's name. */
    public static final String PREFIX = "probeline.";

    static final String COMMANDS_PREFIX = PREFIX + "commands.";

    /** A start, not a limit. Topics that are joined by key must have the same number. */
    static final int PARTITIONS = 12;

    /** A device's command topic goes when the device has had no session for so long; its records are kept as long. */
    public static final Duration COMMANDS_KEPT = Duration.ofDays(1);

    private static final Kept DAY = new Kept.For(Duration.ofDays(1));
    private static final Kept WEEK = new Kept.For(Duration.ofDays(7));
    private static final Kept FORTNIGHT = new Kept.For(Duration.ofDays(14));
    private static final Kept MONTH = new Kept.For(Duration.ofDays(30));

    public static final Topic<SessionRequest> SESSION_REQUESTS = new Topic<>(
            PREFIX + "session-requests",
            "deviceId",
            SessionRequest.class,
            SessionRequest.getClassSchema(),
            PARTITIONS,
            DAY,
            "Open, close, cancel: what the gateway was asked.");
    public static final Topic<Session> SESSIONS = new Topic<>(
            PREFIX + "sessions",
            "deviceId",
            Session.class,
            Session.getClassSchema(),
            PARTITIONS,
            new Kept.Compacted(),
            "The session as it stands; one writer, the stream processor.");
    public static final Topic<DeviceEvent> DEVICE_EVENTS = new Topic<>(
            PREFIX + "device-events",
            "deviceId",
            DeviceEvent.class,
            DeviceEvent.getClassSchema(),
            PARTITIONS,
            WEEK,
            "Connected, lost, restored; command sent, acknowledged, progress, result, late.");
    public static final Topic<Telemetry> TELEMETRY = new Topic<>(
            PREFIX + "telemetry",
            "interactionId",
            Telemetry.class,
            Telemetry.getClassSchema(),
            PARTITIONS,
            WEEK,
            "Every frame, and a tick where none came.");
    public static final Topic<Aggregate> AGGREGATES = new Topic<>(
            PREFIX + "aggregates",
            "interactionId",
            Aggregate.class,
            Aggregate.getClassSchema(),
            PARTITIONS,
            MONTH,
            "One record per interaction and window, and one for the whole session.");
    public static final Topic<Alert> ALERTS = new Topic<>(
            PREFIX + "alerts",
            "interactionId",
            Alert.class,
            Alert.getClassSchema(),
            PARTITIONS,
            MONTH,
            "Raised and cleared, with the value, the threshold and the suggested command.");
    public static final Topic<TranscriptLine> TRANSCRIPT = new Topic<>(
            PREFIX + "transcript",
            "interactionId",
            TranscriptLine.class,
            TranscriptLine.getClassSchema(),
            PARTITIONS,
            WEEK,
            "What is to be said, with its priority and its window.");
    public static final Topic<TranscriptReceipt> TRANSCRIPT_RECEIPTS = new Topic<>(
            PREFIX + "transcript-receipts",
            "interactionId",
            TranscriptReceipt.class,
            TranscriptReceipt.getClassSchema(),
            PARTITIONS,
            MONTH,
            "What was written, merged or given up, and when.");
    public static final Topic<AuditRecord> AUDIT = new Topic<>(
            PREFIX + "audit",
            "interactionId",
            AuditRecord.class,
            AuditRecord.getClassSchema(),
            PARTITIONS,
            new Kept.Forever(),
            "Who asked for what, and what was decided.");
    public static final Topic<DeadLetter> DEAD_LETTERS = new Topic<>(
            PREFIX + "dead-letters",
            "the record's",
            DeadLetter.class,
            DeadLetter.getClassSchema(),
            PARTITIONS,
            FORTNIGHT,
            "What was refused, why, and where it came from.");

    private Topics() {}

    /** Every topic that stands from the start, in the order in which a record meets them. */
    public static List<Topic<?>> standing() {
        return List.of(
                SESSION_REQUESTS,
                SESSIONS,
                DEVICE_EVENTS,
                TELEMETRY,
                AGGREGATES,
                ALERTS,
                TRANSCRIPT,
                TRANSCRIPT_RECEIPTS,
                AUDIT,
                DEAD_LETTERS);
    }

    /** A device's command topic: one partition, so that the offset is the command's place in the queue. */
    public static Topic<Command> commands(DeviceId device) {
        return new Topic<>(
                COMMANDS_PREFIX + device.value(),
                "deviceId",
                Command.class,
                Command.getClassSchema(),
                1,
                new Kept.For(COMMANDS_KEPT),
                "Accepted commands of one device, in order.");
    }

    /** The device whose command topic this is, or nothing for any other topic. */
    public static Optional<DeviceId> deviceOf(String topic) {
        return topic.startsWith(COMMANDS_PREFIX)
                ? Optional.of(new DeviceId(topic.substring(COMMANDS_PREFIX.length())))
                : Optional.empty();
    }
}
