package io.probeline.gateway;

import io.probeline.record.DeviceEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether the device is there. Nothing but its bridge can say so: without a word from it, it is not. */
record Presence(Status status, @Nullable Instant lastSeen) {
    static final Presence UNKNOWN = new Presence(Status.DISCONNECTED, null);

    /** The names are the contract's. */
    enum Status {
        LIVE,
        SUSPECT,
        DISCONNECTED
    }

    Presence on(DeviceEvent event) {
        var seen = event.getLastSeen().orElse(null);
        return switch (event.getKind()) {
            case CONNECTED, RESTORED, LIVE -> at(Status.LIVE, seen == null ? event.getAt() : seen);
            case SUSPECT -> at(Status.SUSPECT, seen);
            case LOST, REFUSED, ENDED, REPLACED -> at(Status.DISCONNECTED, seen);
            case COMMAND_WAITING, COMMAND_SENT, COMMAND_ACKNOWLEDGED, COMMAND_PROGRESS, COMMAND_DONE, COMMAND_LATE ->
                at(status, seen);
        };
    }

    /** A window with frames in it: the device was there after the window's start, whatever happened later. */
    Presence heardSince(Instant windowStart) {
        return at(status, windowStart);
    }

    Presence gone() {
        return new Presence(Status.DISCONNECTED, lastSeen);
    }

    private Presence at(Status now, @Nullable Instant seen) {
        var later = seen == null || (lastSeen != null && lastSeen.isAfter(seen)) ? lastSeen : seen;
        return new Presence(now, later);
    }
}
