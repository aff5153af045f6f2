package io.probeline.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.gateway.DeviceStanding.Place;
import io.probeline.gateway.Parked.Read;
import io.probeline.record.Aggregate;
import io.probeline.record.Alert;
import io.probeline.record.AuditRecord;
import io.probeline.record.DeviceEvent;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.TranscriptLine;
import io.probeline.record.TranscriptReceipt;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * All that this instance has read: devices, sessions, and the answers that were given. One lock guards it; nothing that is done under
 * the lock waits, so Kafka's readers, the journal and the requests share it.
 */
final class Board {
    /** For so long at most a device's command topic may still go after that was told. */
    private static final Duration RETIRING = Duration.ofSeconds(45);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Map<String, DeviceStanding> devices = new HashMap<>();
    private final Map<String, Instant> retiring = new HashMap<>();
    private final Sessions sessions =
            new Sessions(facts -> standing(facts.deviceId()).opens(facts.sessionId()));
    private final Remembered remembered = new Remembered();
    private final Function<TranscriptLine, String> words;

    /** @param words says a line that has not been written yet */
    Board(Function<TranscriptLine, String> words) {
        this.words = words;
    }

    /** What a request needs to know of an interaction's session. */
    record Now(SessionView view, Place place, boolean open, int waiting) {
        String sessionId() {
            return place.sessionId();
        }

        String deviceId() {
            return view.facts().deviceId();
        }
    }

    /** How much is held, for the metrics. */
    record Size(int devices, int sessions, int readers, int answers, long answersDropped, long recordsDropped) {}

    void fold(Read read, Instant now) {
        locked(() -> {
            apply(read, now);
            moved.signalAll();
            return read;
        });
    }

    /** What this instance has just committed and not read back yet: the next decision must know it. */
    void committed(Optional<SessionRequest> request, Optional<AuditRecord> audit, Instant now) {
        locked(() -> {
            request.ifPresent(asked -> take(asked, now));
            audit.ifPresent(this::remember);
            moved.signalAll();
            return now;
        });
    }

    /** Whether the device's command topic is about to go. */
    boolean retiring(String deviceId, Instant now) {
        return locked(() -> retiring.getOrDefault(deviceId, Instant.MIN).isAfter(now));
    }

    DeviceStanding device(String deviceId) {
        return locked(() -> standing(deviceId));
    }

    Optional<Now> interaction(String interactionId) {
        return locked(() -> sessions.of(interactionId).map(this::now));
    }

    /** The sessions that have not ended. */
    List<SessionView.Facts> open() {
        return locked(sessions::open);
    }

    Optional<ObjectNode> snapshot(String interactionId) {
        return locked(() -> sessions.of(interactionId).map(Slot::snapshot));
    }

    Optional<QueuedCommand> command(String interactionId, String commandId) {
        return locked(() -> sessions.of(interactionId).flatMap(slot -> slot.command(commandId)));
    }

    Optional<Remembered.Given> given(String keyHash, Instant now) {
        return locked(() -> remembered.under(keyHash, now));
    }

    Optional<Subscription> subscribe(String interactionId, Optional<Cursor> from, Runnable overflowed) {
        return locked(() -> sessions.of(interactionId).map(slot -> slot.subscribe(from, overflowed)));
    }

    void unsubscribe(Subscription reader) {
        locked(() -> {
            sessions.byId(reader.sessionId()).ifPresent(slot -> slot.unsubscribe(reader));
            return reader;
        });
    }

    /** Whether it must be told now that somebody looks on; who gets a yes tells it. */
    boolean dueWatched(String sessionId, Instant now, Duration every) {
        return locked(() -> sessions.byId(sessionId)
                .filter(slot -> slot.dueWatched(now, every))
                .isPresent());
    }

    /** Waits until the device's standing is as wanted, at most so long; its standing then. */
    DeviceStanding await(String deviceId, Predicate<DeviceStanding> wanted, Duration most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = most.toNanos();
            while (!wanted.test(standing(deviceId)) && left > 0) {
                left = moved.awaitNanos(left);
            }
            return standing(deviceId);
        } finally {
            lock.unlock();
        }
    }

    /** Whether there may be news that this instance does not hear of: who was there may not be any more. */
    void doubt(boolean now) {
        locked(() -> {
            sessions.doubt(now);
            return now;
        });
    }

    /** Lets go of what nobody asks for any more. */
    void sweep(Instant now) {
        locked(() -> {
            remembered.sweep(now);
            retiring.values().removeIf(until -> !until.isAfter(now));
            sessions.sweep(now);
            return now;
        });
    }

    /** Whose devices these are now, for the decision which command topics may go. */
    Map<String, DeviceStanding> standings() {
        return locked(() -> Map.copyOf(devices));
    }

    Size size() {
        return locked(() -> new Size(
                devices.size(),
                sessions.size(),
                sessions.readers(),
                remembered.size(),
                remembered.droppedEarly(),
                sessions.dropped()));
    }

    private void apply(Read read, Instant now) {
        switch (read.value()) {
            case SessionRequest request
            when Requests.retires(request) ->
                retiring.put(request.getDeviceId(), request.getAt().plus(RETIRING));
            case SessionRequest request -> {
                take(request, now);
                sessions.fold(request.getSessionId(), read, now, view -> Fold.on(view, request));
            }
            case Session session -> stands(session, read, now);
            case AuditRecord audit -> {
                remembered.on(audit);
                sessions.fold(audit.getSessionId().orElse(""), read, now, view -> Fold.on(view, audit));
            }
            case DeviceEvent event -> sessions.fold(event.getSessionId(), read, now, view -> Fold.on(view, event));
            case Aggregate window -> sessions.fold(window.getSessionId(), read, now, view -> Fold.on(view, window));
            case Alert alert -> sessions.fold(alert.getSessionId(), read, now, view -> Fold.on(view, alert));
            case TranscriptLine line ->
                sessions.fold(line.getSessionId(), read, now, view -> Fold.on(view, line, words.apply(line)));
            case TranscriptReceipt receipt ->
                sessions.of(receipt.getInteractionId())
                        .ifPresent(slot -> slot.fold(read.feed(), read.offset(), Fold.on(slot.view(), receipt)));
            default ->
                throw new IllegalStateException(
                        "no view is folded from " + read.value().getClass());
        }
    }

    /** An OPEN that wins makes a session; the same request twice changes nothing. */
    private void take(SessionRequest request, Instant now) {
        var before = standing(request.getDeviceId());
        var after = before.on(request);
        devices.put(request.getDeviceId(), after);
        if (!after.equals(before) && after.opens(request.getSessionId())) {
            sessions.opened(request).forEach(parked -> apply(parked, now));
        }
    }

    private void stands(Session session, Read read, Instant now) {
        devices.put(session.getDeviceId(), standing(session.getDeviceId()).on(session));
        sessions.stands(session, now).forEach(parked -> apply(parked, now));
        sessions.fold(session.getSessionId(), read, now, view -> Fold.on(view, session));
    }

    private void remember(AuditRecord audit) {
        remembered.on(audit);
        sessions.byId(audit.getSessionId().orElse(""))
                .ifPresent(slot -> Fold.accepted(audit).forEach(slot::committed));
    }

    private Now now(Slot slot) {
        var facts = slot.view().facts();
        var standing = standing(facts.deviceId());
        var place = standing.current()
                .filter(current -> current.sessionId().equals(facts.sessionId()))
                .orElse(new Place(facts.sessionId(), facts.interactionId(), "", 0, facts.openedAt()));
        return new Now(slot.view(), place, standing.opens(facts.sessionId()), slot.waiting());
    }

    private DeviceStanding standing(String deviceId) {
        return devices.getOrDefault(deviceId, DeviceStanding.NONE);
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
