package io.probeline.processor;

import io.probeline.record.DeviceEvent;
import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.record.Telemetry;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.Ids;
import java.time.Instant;
import java.util.Map;

/** What a record must be, beyond its schema, to be worked with. Nothing that passes can break a window, an id or a topic. */
final class Checks {
    /** No clock of ours was set before, and none will be after. */
    private static final long EARLIEST = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();

    private static final long LATEST = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

    private static final int LONGEST_NAME = 64;

    private Checks() {}

    static Decoded<Telemetry> telemetry(Telemetry record) {
        if (!ids(record.getInteractionId(), record.getSessionId(), record.getDeviceId())) {
            return rejected("bad_id", "an id is not of its form");
        }
        if (!sane(record.getReceivedAt())) {
            return rejected("out_of_time", "receivedAt is " + record.getReceivedAt());
        }
        if (record.getLost() < 0 || record.getDuplicates() < 0) {
            return rejected("negative_count", "lost or duplicates is below nothing");
        }
        return metrics(record.getMetrics())
                ? new Decoded.Ok<>(record)
                : rejected("bad_metrics", "a value is not finite, a name too long, or there are too many");
    }

    static Decoded<SessionRequest> request(SessionRequest request) {
        if (!ids(request.getInteractionId(), request.getSessionId(), request.getDeviceId())) {
            return rejected("bad_id", "an id is not of its form");
        }
        if (!sane(request.getAt())) {
            return rejected("out_of_time", "at is " + request.getAt());
        }
        if (request.getKind() == RequestKind.OPEN && request.getCustomerId().isEmpty()) {
            return rejected("incomplete", "an OPEN without a customerId");
        }
        if (request.getKind() == RequestKind.CANCEL && request.getCommandId().isEmpty()) {
            return rejected("incomplete", "a CANCEL without a commandId");
        }
        return new Decoded.Ok<>(request);
    }

    static Decoded<DeviceEvent> event(DeviceEvent event) {
        if (!ids(event.getInteractionId(), event.getSessionId(), event.getDeviceId())) {
            return rejected("bad_id", "an id is not of its form");
        }
        if (!sane(event.getAt())) {
            return rejected("out_of_time", "at is " + event.getAt());
        }
        return switch (event.getKind()) {
            case COMMAND_SENT ->
                event.getCommandId().isPresent()
                        ? new Decoded.Ok<>(event)
                        : rejected("incomplete", "a command event without a commandId");
            case COMMAND_DONE ->
                event.getCommandId().isPresent() && event.getOutcome().isPresent()
                        ? new Decoded.Ok<>(event)
                        : rejected("incomplete", "a COMMAND_DONE without a commandId or an outcome");
            case CONNECTED,
                    LIVE,
                    SUSPECT,
                    LOST,
                    RESTORED,
                    REFUSED,
                    ENDED,
                    REPLACED,
                    COMMAND_WAITING,
                    COMMAND_ACKNOWLEDGED,
                    COMMAND_PROGRESS,
                    COMMAND_LATE -> new Decoded.Ok<>(event);
        };
    }

    private static boolean metrics(Map<String, Double> metrics) {
        if (metrics.size() > MetricSet.MOST) {
            return false;
        }
        for (var entry : metrics.entrySet()) {
            if (!value(entry.getValue()) || !name(entry.getKey())) {
                return false;
            }
        }
        return true;
    }

    private static boolean ids(String interactionId, String sessionId, String deviceId) {
        return id(interactionId) && id(sessionId) && id(deviceId);
    }

    /** The same as {@link Ids#valid}, without a matcher: this is asked for every frame. */
    static boolean id(String id) {
        if (id.isEmpty() || id.length() > 128) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!fits && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /** Of a metric. */
    static boolean name(String name) {
        return name.length() <= LONGEST_NAME;
    }

    static boolean value(double value) {
        return Double.isFinite(value);
    }

    /** Milliseconds since the epoch. */
    static boolean sane(long time) {
        return time > EARLIEST && time < LATEST;
    }

    private static boolean sane(Instant time) {
        return sane(time.toEpochMilli());
    }

    private static <T> Decoded<T> rejected(String reason, String detail) {
        return new Decoded.Rejected<>(reason, detail);
    }
}
