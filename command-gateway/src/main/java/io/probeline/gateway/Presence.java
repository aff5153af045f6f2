package io.probeline.gateway;

import io.probeline.record.DeviceEvent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether the device is there. Nothing but its bridge can say so: without a word from it for long, it is suspect.
 *
 * @param bridge which has the device, as far as it is there
 */
record Presence(
        Status status, @Nullable Instant lastSeen, @Nullable String bridge) {
    /** A bridge tells once a minute of a device that is there. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(75);

    static final Presence UNKNOWN = new Presence(Status.DISCONNECTED, null, null);

    /** The names are the contract's. */
    enum Status {
        LIVE,
        SUSPECT,
        DISCONNECTED
    }

    Presence on(DeviceEvent event) {
        var seen = event.getLastSeen().orElse(null);
        return switch (event.getKind()) {
            case CONNECTED, RESTORED, LIVE -> at(Status.LIVE, seen == null ? event.getAt() : seen, event.getBridge());
            case SUSPECT -> at(Status.SUSPECT, seen);
            case LOST, REFUSED, ENDED -> at(Status.DISCONNECTED, seen);
            // Who has slept says so when it wakes, and the device has long been at another bridge.
            case REPLACED -> event.getBridge().equals(bridge) ? at(Status.DISCONNECTED, seen) : at(status, seen);
            case COMMAND_WAITING, COMMAND_SENT, COMMAND_ACKNOWLEDGED, COMMAND_PROGRESS, COMMAND_DONE, COMMAND_LATE ->
                at(status, seen);
        };
    }

    /** A window with frames in it: the device was there after the window's start, whatever happened later. */
    Presence heardSince(Instant windowStart) {
        return at(status, windowStart);
    }

    /** A window without a frame has ended then. Where nobody has told of the device for long, no bridge has it, and who is shown as there may not be. */
    Presence silentUntil(Instant windowEnd) {
        boolean told = lastSeen == null || lastSeen.plus(TOLD_WITHIN).isAfter(windowEnd);
        return status == Status.LIVE && !told ? at(Status.SUSPECT, lastSeen) : this;
    }

    /** By who has heard of nothing for a while. */
    Presence doubted() {
        return status == Status.LIVE ? at(Status.SUSPECT, lastSeen) : this;
    }

    Presence gone() {
        return new Presence(Status.DISCONNECTED, lastSeen, null);
    }

    private Presence at(Status now, @Nullable Instant seen) {
        return at(now, seen, bridge);
    }

    private Presence at(Status now, @Nullable Instant seen, @Nullable String by) {
        var later = seen == null || (lastSeen != null && lastSeen.isAfter(seen)) ? lastSeen : seen;
        return new Presence(now, later, by);
    }
}
