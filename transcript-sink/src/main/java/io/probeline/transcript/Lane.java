package io.probeline.transcript;

import io.probeline.record.Priority;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What waits to be said in one interaction: by priority, then in order of time; one request at a time. */
final class Lane {
    private final String interactionId;
    private final int partition;
    private final Map<Priority, List<Waiting>> queues = new EnumMap<>(Priority.class);
    private final Map<Priority, Long> turns = new EnumMap<>(Priority.class);
    private Optional<Waiting> inFlight = Optional.empty();
    private Instant notBefore = Instant.EPOCH;
    private int failures;

    Lane(String interactionId, int partition) {
        this.interactionId = interactionId;
        this.partition = partition;
        for (var priority : Priority.values()) {
            queues.put(priority, new ArrayList<>(1));
        }
    }

    String interactionId() {
        return interactionId;
    }

    int partition() {
        return partition;
    }

    /** Puts it in its place in time, or into a summary that waits there already. */
    void add(Waiting waiting) {
        var queue = queue(waiting.priority());
        int at = queue.size();
        while (at > 0 && later(queue.get(at - 1), waiting)) {
            at--;
        }
        queue.add(at, waiting);
        join(queue, at);
        if (at > 0) {
            join(queue, at - 1);
        }
    }

    /** Puts back what could not be said; it is still the oldest of its kind. */
    void putBack(Waiting waiting) {
        var queue = queue(waiting.priority());
        queue.addFirst(waiting);
        join(queue, 0);
    }

    /** The next of this priority, if it can go now. */
    Optional<Waiting> head(Priority priority, Instant now) {
        var queue = queue(priority);
        return inFlight.isPresent()
                        || now.isBefore(notBefore)
                        || queue.isEmpty()
                        || queue.getFirst().held(now)
                ? Optional.empty()
                : Optional.of(queue.getFirst());
    }

    /** When something that waits here may go though nothing else happens; empty when only an answer or a new line can bring that about. */
    Optional<Instant> wakesAt(Instant now) {
        var held = Stream.of(Priority.values())
                .flatMap(priority -> queue(priority).stream().limit(1))
                .map(waiting -> waiting.held(now) ? waiting.heldUntil() : notBefore)
                .min(Instant::compareTo);
        return inFlight.isPresent() ? Optional.empty() : held.map(at -> at.isBefore(notBefore) ? notBefore : at);
    }

    Waiting take(Priority priority) {
        var waiting = queue(priority).removeFirst();
        var results = queue(Priority.RESULT);
        while (!results.isEmpty() && results.getFirst().toldBy(waiting)) {
            results.removeFirst().tellIn(waiting);
        }
        inFlight = Optional.of(waiting);
        return waiting;
    }

    void answered() {
        inFlight = Optional.empty();
    }

    void succeeded() {
        failures = 0;
        notBefore = Instant.EPOCH;
    }

    /** @return how many requests have failed in a row */
    int failed() {
        return ++failures;
    }

    void rest(Instant until) {
        notBefore = until;
    }

    boolean idle() {
        return inFlight.isEmpty() && queues.values().stream().allMatch(List::isEmpty);
    }

    /** All that waits, what is in flight left out. */
    Stream<Waiting> waiting() {
        return queues.values().stream().flatMap(List::stream);
    }

    /** Its place in the round of this priority, kept until it is served there, whatever happens meanwhile. */
    Map<Priority, Long> turns() {
        return turns;
    }

    /** What is in doubt stays where it is: a line said before it would hide whether it was said. */
    private static boolean later(Waiting waiting, Waiting newcomer) {
        return waiting.doubt() == Waiting.Doubt.NONE
                && waiting.line().getAt().isAfter(newcomer.line().getAt());
    }

    private static void join(List<Waiting> queue, int at) {
        if (at + 1 >= queue.size()) {
            return;
        }
        var older = queue.get(at);
        var newer = queue.get(at + 1);
        if (older.takes(newer)) {
            older.take(newer);
            queue.remove(at + 1);
        } else if (older.endedBy(newer)) {
            older.endIn(newer);
            queue.remove(at);
        } else if (older.toldBy(newer)) {
            older.tellIn(newer);
            queue.remove(at);
        } else if (older.doubt() == Waiting.Doubt.HELD) {
            // What comes next can't say it, so it is said again.
            older.repeat();
        }
    }

    private List<Waiting> queue(Priority priority) {
        return queues.getOrDefault(priority, List.of());
    }
}
