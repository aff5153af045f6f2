package io.probeline.gateway;

import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.SessionState;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose session a device is in: as the stream processor has folded it, and what has been asked since. Requests are judged here by the
 * processor's own rule (the first OPEN of a generation wins), in the same partition order, so this runs ahead of it and never astray.
 */
record DeviceStanding(@Nullable Place folded, @Nullable Place asked, boolean closing) {
    static final DeviceStanding NONE = new DeviceStanding(null, null, false);

    /** One session of the device. */
    record Place(
            String sessionId,
            String interactionId,
            String customerId,
            long generation,
            @Nullable Instant closedAt) {
        boolean open() {
            return closedAt == null;
        }
    }

    /** The newest session, asked for or folded. */
    Optional<Place> current() {
        return Optional.ofNullable(asked != null ? asked : folded);
    }

    /** The session that commands may go to. */
    Optional<Place> open() {
        return closing ? Optional.empty() : current().filter(Place::open);
    }

    boolean opens(String sessionId) {
        return open().filter(place -> place.sessionId().equals(sessionId)).isPresent();
    }

    /** Whether the processor has had its say on this generation, for whomever. */
    boolean judged(long generation) {
        return folded != null && folded.generation() >= generation;
    }

    long nextGeneration() {
        return current().map(Place::generation).orElse(0L) + 1;
    }

    DeviceStanding on(SessionRequest request) {
        return switch (request.getKind()) {
            case OPEN -> request.getGeneration() >= nextGeneration() ? opened(request) : this;
            case CLOSE -> request.getSessionId().equals(currentId()) ? new DeviceStanding(folded, asked, true) : this;
            case CANCEL, WATCHED -> this;
        };
    }

    /** Compacted and in order: the last record is the truth, except that a newer request may not have been folded yet. */
    DeviceStanding on(Session session) {
        boolean closed = session.getState() == SessionState.CLOSED;
        var place = new Place(
                session.getSessionId(),
                session.getInteractionId(),
                session.getCustomerId(),
                session.getGeneration(),
                closed ? session.getClosedAt().orElse(session.getUpdatedAt()) : null);
        var newer = asked != null && asked.generation() > place.generation() ? asked : null;
        var after = new DeviceStanding(place, newer, closing);
        return after.currentId().equals(currentId()) ? after : new DeviceStanding(place, newer, false);
    }

    private DeviceStanding opened(SessionRequest request) {
        var place = new Place(
                request.getSessionId(),
                request.getInteractionId(),
                request.getCustomerId().orElse(""),
                request.getGeneration(),
                null);
        return new DeviceStanding(folded, place, false);
    }

    private String currentId() {
        return current().map(Place::sessionId).orElse("");
    }
}
