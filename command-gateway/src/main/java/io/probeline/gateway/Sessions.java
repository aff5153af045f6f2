package io.probeline.gateway;

import io.probeline.gateway.Parked.Read;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sessions that are shown, by id and by interaction. Not thread-safe: {@link Board} guards it. */
final class Sessions {
    /** How long a closed session is still shown. */
    private static final Duration SHOWN = Duration.ofHours(1);

    /** How long its readers are still served: the last line and its receipt come after the end. */
    private static final Duration STREAMED = Duration.ofMinutes(1);

    private final Map<String, Slot> slots = new HashMap<>();
    private final Map<String, String> interactions = new HashMap<>();
    private final Parked parked = new Parked();

    Optional<Slot> byId(String sessionId) {
        return Optional.ofNullable(slots.get(sessionId));
    }

    /** The newest session of the interaction. */
    Optional<Slot> of(String interactionId) {
        return Optional.ofNullable(interactions.get(interactionId)).map(slots::get);
    }

    /** An accepted OPEN. @return what was read before it and is to be folded now */
    List<Read> opened(SessionRequest request) {
        return shown(SessionView.asked(request));
    }

    /** A session as the processor folded it. @return what was read before it and is to be folded now */
    List<Read> stands(Session session, Instant now) {
        var facts = SessionView.facts(session);
        var closed = facts.closedAt();
        boolean gone = closed != null && closed.isBefore(now.minus(SHOWN));
        return gone || slots.containsKey(facts.sessionId()) ? List.of() : shown(SessionView.of(facts));
    }

    /** Folds a record into its session, or lets it wait for it. */
    void fold(String sessionId, Read read, Instant now, Function<SessionView, Fold> step) {
        var slot = slots.get(sessionId);
        if (slot == null) {
            parked.park(sessionId, read, now);
        } else {
            slot.fold(read.feed(), read.offset(), step.apply(slot.view()));
        }
    }

    /** Its device has another session now: one that ended is still shown, one that never came to be is not. */
    void replaced(String sessionId) {
        var slot = slots.get(sessionId);
        if (slot != null && !slot.view().closed()) {
            slot.end();
            slots.remove(sessionId);
            interactions.remove(slot.view().facts().interactionId(), sessionId);
        }
    }

    void sweep(Instant now) {
        slots.values().stream()
                .filter(slot -> closedBefore(slot, now.minus(STREAMED)))
                .forEach(Slot::end);
        slots.values().removeIf(slot -> !slot.watched() && closedBefore(slot, now.minus(SHOWN)));
        interactions.values().removeIf(sessionId -> !slots.containsKey(sessionId));
    }

    List<SessionView.Facts> open() {
        return slots.values().stream()
                .map(Slot::view)
                .filter(view -> !view.closed())
                .map(SessionView::facts)
                .toList();
    }

    int size() {
        return slots.size();
    }

    int readers() {
        return slots.values().stream().mapToInt(Slot::readers).sum();
    }

    long dropped() {
        return parked.dropped();
    }

    private List<Read> shown(SessionView view) {
        var facts = view.facts();
        slots.putIfAbsent(facts.sessionId(), new Slot(view));
        interactions.compute(facts.interactionId(), (id, known) -> newer(known, facts));
        return parked.take(facts.sessionId());
    }

    private String newer(@Nullable String known, SessionView.Facts facts) {
        var other = known == null ? null : slots.get(known);
        boolean older =
                other != null && facts.openedAt().isBefore(other.view().facts().openedAt());
        return older && known != null ? known : facts.sessionId();
    }

    private static boolean closedBefore(Slot slot, Instant then) {
        var closed = slot.view().facts().closedAt();
        return closed != null && closed.isBefore(then);
    }
}
