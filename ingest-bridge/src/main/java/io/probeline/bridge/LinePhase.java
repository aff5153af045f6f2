package io.probeline.bridge;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a session's connection stands. */
sealed interface LinePhase {
    /** Waiting for the next try. */
    record Apart(Reconnect.Next next) implements LinePhase {
        @Override
        public long dueAt() {
            return next.at();
        }
    }

    /**
     * Asking for the secret, connecting, shaking hands.
     *
     * @param until when this try is given up
     */
    record Dialling(long until, @Nullable DeviceLink pending) implements LinePhase {
        @Override
        public long dueAt() {
            return until;
        }

        @Override
        public Optional<DeviceLink> link() {
            return Optional.ofNullable(pending);
        }
    }

    /**
     * Connected.
     *
     * @param alive whether the device is believed to be there: at once, unless it was lost; then from its first frame on
     */
    record Joined(DeviceLink open, Heartbeat heartbeat, BadFrames bad, boolean alive) implements LinePhase {
        @Override
        public long dueAt() {
            return heartbeat.dueAt();
        }

        @Override
        public Optional<DeviceLink> link() {
            return Optional.of(open);
        }
    }

    /** Not to be dialled any more, for this reason. */
    record Stopped(String reason) implements LinePhase {
        static final String REPLACED = "replaced";
        static final String ENDED = "backend_ended";
        static final String CLOSED = "closed";

        /** Whether a new command is worth another try. */
        boolean mayRecover() {
            return !reason.equals(REPLACED) && !reason.equals(ENDED) && !reason.equals(CLOSED);
        }
    }

    /** When time is to look at it again. */
    default long dueAt() {
        return Moment.NEVER;
    }

    /** Its socket, where it has one. */
    default Optional<DeviceLink> link() {
        return Optional.empty();
    }
}
