package io.probeline.gateway;

import io.probeline.gateway.Parked.Read;
import io.probeline.gateway.SessionView.Facts;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The sessions that are shown, by id, interaction and device. Not thread-safe: {@link Board} guards it. */
final class Sessions {
    /** How long a closed session is still shown. */
    private static final Duration SHOWN = Duration.ofHours(1);

    /** How long its readers are still served: the last line and its receipt come after the end. */
    private static final Duration STREAMED = Duration.ofMinutes(1);

    private final Map<String, Slot> slots = new HashMap<>();
    private final Map<String, Set<String>> interactions = new HashMap<>();
    private final Map<String, Set<String>> devices = new HashMap<>();
    private final Parked parked = new Parked();
    private final Predicate<Facts> open;
    private boolean doubted;

    /** @param open whether commands may go to this session now */
    Sessions(Predicate<Facts> open) {
        this.open = open;
    }

    Optional<Slot> byId(String sessionId) {
        return Optional.ofNullable(slots.get(sessionId));
    }

    /** The interaction's open session, or else its last one. */
    Optional<Slot> of(String interactionId) {
        return under(interactions, interactionId).reduce(this::rather);
    }

    /** An accepted OPEN. @return what was read before it and is to be folded now */
    List<Read> opened(SessionRequest request) {
        return shown(SessionView.asked(request));
    }

    /** A session as the processor folded it: what its device had before is over. @return what was read before it and is to be folded now */
    List<Read> stands(Session session, Instant now) {
        var facts = SessionView.facts(session);
        under(devices, facts.deviceId())
                .filter(slot -> endedBy(facts, slot))
                .toList()
                .forEach(this::drop);
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
            if (slot.view().closed()) {
                handOver(slot.view().facts().interactionId());
            }
        }
    }

    void sweep(Instant now) {
        slots.values().stream()
                .filter(slot -> closedBefore(slot, now.minus(STREAMED)))
                .forEach(Slot::end);
        slots.values().stream()
                .filter(slot -> !slot.watched() && closedBefore(slot, now.minus(SHOWN)))
                .toList()
                .forEach(this::drop);
    }

    /** Whether what is shown of devices may no longer be so. */
    void doubt(boolean now) {
        doubted = now;
        slots.values().forEach(slot -> slot.doubt(now));
    }

    List<Facts> open() {
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
        slots.computeIfAbsent(facts.sessionId(), _ -> new Slot(view)).doubt(doubted);
        put(interactions, facts.interactionId(), facts);
        put(devices, facts.deviceId(), facts);
        handOver(facts.interactionId());
        return parked.take(facts.sessionId());
    }

    /**
     * The topic is compacted and in order, so a later session of the device, or another in the same place, tells that this one is over. Where that was not read, it never
     * came to be, or its last record has been compacted away; one that was seen to end is still shown.
     */
    private static boolean endedBy(Facts stands, Slot slot) {
        var facts = slot.view().facts();
        return !slot.view().closed()
                && !facts.sessionId().equals(stands.sessionId())
                && facts.generation() <= stands.generation();
    }

    private void drop(Slot slot) {
        var facts = slot.view().facts();
        slot.end();
        slots.remove(facts.sessionId());
        take(interactions, facts.interactionId(), facts);
        take(devices, facts.deviceId(), facts);
    }

    /** Who looks at a session that has ended, while its interaction has another, is to come back for that one. */
    private void handOver(String interactionId) {
        var shown = of(interactionId).map(slot -> slot.view().facts().sessionId());
        under(interactions, interactionId)
                .filter(slot -> slot.view().closed())
                .filter(slot -> !shown.equals(Optional.of(slot.view().facts().sessionId())))
                .forEach(Slot::end);
    }

    /** Those who opened them may have other clocks: so what is open goes first, and of one device's the higher generation. */
    private Slot rather(Slot one, Slot other) {
        var first = one.view().facts();
        var second = other.view().facts();
        if (open.test(first) != open.test(second)) {
            return open.test(first) ? one : other;
        }
        boolean later = first.deviceId().equals(second.deviceId())
                ? first.generation() > second.generation()
                : first.openedAt().isAfter(second.openedAt());
        return later ? one : other;
    }

    private Stream<Slot> under(Map<String, Set<String>> index, String key) {
        return index.getOrDefault(key, Set.of()).stream().flatMap(id -> byId(id).stream());
    }

    private static void put(Map<String, Set<String>> index, String key, Facts facts) {
        index.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(facts.sessionId());
    }

    private static void take(Map<String, Set<String>> index, String key, Facts facts) {
        var ids = index.get(key);
        if (ids != null && ids.remove(facts.sessionId()) && ids.isEmpty()) {
            index.remove(key);
        }
    }

    private static boolean closedBefore(Slot slot, Instant then) {
        var closed = slot.view().facts().closedAt();
        return closed != null && closed.isBefore(then);
    }
}
