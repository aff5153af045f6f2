package io.probeline.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A session's place on the board: its view, its last events for readers who come back, and the readers who are there. Not thread-safe:
 * {@link Board} guards it, and no call waits for anybody.
 */
final class Slot {
    /** How many events a reader may have missed and still be served without a gap; at 0.7 windows a second, a minute. */
    static final int KEPT = 48;

    private final Deque<Told> history = new ArrayDeque<>();
    private final List<Subscription> readers = new ArrayList<>();
    private final Map<String, QueuedCommand> unseen = new LinkedHashMap<>();
    private SessionView view;
    private Cursor cursor;
    private Cursor dropped;
    private Instant watchedAt = Instant.EPOCH;
    private boolean doubted;

    /**
     * An event with the record that it came from.
     *
     * @param last whether the record has no more events, so that a reader who has this one has all of it
     */
    record Told(Feed feed, long offset, boolean last, Fold.Event event) {}

    Slot(SessionView view) {
        this.view = view;
        this.cursor = Cursor.start(view.facts().sessionId());
        this.dropped = cursor;
    }

    SessionView view() {
        return view;
    }

    ObjectNode snapshot() {
        return ViewJson.session(doubted ? view.with(view.presence().doubted()) : view, unseen.values());
    }

    /** Commands that would run before another one. */
    int waiting() {
        return view.commands().waiting().size() + (int) unaccounted();
    }

    private long unaccounted() {
        return unseen.keySet().stream().filter(id -> !view.commands().knows(id)).count();
    }

    boolean watched() {
        return !readers.isEmpty();
    }

    int readers() {
        return readers.size();
    }

    Optional<QueuedCommand> command(String commandId) {
        return view.commands()
                .find(commandId)
                .or(() -> view.commands().knows(commandId)
                        ? Optional.empty()
                        : Optional.ofNullable(unseen.get(commandId)));
    }

    /** Committed by this instance, not read back yet. */
    void committed(QueuedCommand command) {
        if (!view.commands().knows(command.commandId())) {
            unseen.put(command.commandId(), command);
        }
    }

    void fold(Feed feed, long offset, Fold fold) {
        view = fold.view();
        unseen.keySet().removeIf(view.commands()::knows);
        cursor = cursor.past(feed, offset);
        for (int i = 0; i < fold.events().size(); i++) {
            boolean last = i == fold.events().size() - 1;
            tell(new Told(feed, offset, last, fold.events().get(i)));
        }
        if (fold.session() && watched()) {
            var told = new Told(feed, offset, true, Fold.Event.of("session", snapshot()));
            readers.forEach(reader -> reader.offer(told));
        }
    }

    private void tell(Told told) {
        history.addLast(told);
        if (history.size() > KEPT) {
            var gone = history.removeFirst();
            dropped = dropped.past(gone.feed(), gone.offset());
        }
        readers.forEach(reader -> reader.offer(told));
    }

    /** A new reader, or one that comes back and may be owed something: what it gets first is decided here, in one step. */
    Subscription subscribe(Optional<Cursor> from, Runnable overflowed) {
        var known = from.filter(place -> place.sessionId().equals(cursor.sessionId()));
        var exact = known.filter(this::stillThere);
        var session = Fold.Event.of("session", snapshot());
        Subscription reader;
        if (exact.isPresent()) {
            reader = new Subscription(exact.get(), List.of(session), overflowed);
            history.forEach(reader::offer);
        } else {
            reader = new Subscription(cursor, standing(session, from.isPresent()), overflowed);
        }
        readers.add(reader);
        return reader;
    }

    void unsubscribe(Subscription reader) {
        readers.remove(reader);
    }

    void end() {
        readers.forEach(Subscription::end);
    }

    /**
     * Whether its device may be gone without our knowing. Its readers are told so by an event that is in no topic: their places stay
     * where they are.
     */
    void doubt(boolean now) {
        doubted = now;
        if (watched() && !view.presence().doubted().equals(view.presence())) {
            var told = new Told(Feed.SESSIONS, 0, false, Fold.Event.of("session", snapshot()));
            readers.forEach(reader -> reader.offer(told));
        }
    }

    /** Whether it is time to say again that somebody looks on; if so, it counts as said. */
    boolean dueWatched(Instant now, java.time.Duration every) {
        boolean due = watched() && !view.closed() && !watchedAt.plus(every).isAfter(now);
        watchedAt = due ? now : watchedAt;
        return due;
    }

    private boolean stillThere(Cursor from) {
        for (var feed : Feed.values()) {
            if (from.next(feed) < dropped.next(feed)) {
                return false;
            }
        }
        return true;
    }

    /** What stands now; to one who has missed something also which alerts are over, since it may still show them. */
    private List<Fold.Event> standing(Fold.Event session, boolean missed) {
        var all = new ArrayList<Fold.Event>();
        all.add(session);
        view.alerts().values().stream()
                .filter(alert -> missed || alert.getState() == io.probeline.record.AlertState.RAISED)
                .forEach(alert -> all.add(Fold.Event.of("alert", ViewJson.alert(alert))));
        view.lines().stream()
                .skip(Math.max(0, view.lines().size() - 20))
                .forEach(line -> all.add(Fold.Event.of("transcript", ViewJson.line(line))));
        return all;
    }
}
