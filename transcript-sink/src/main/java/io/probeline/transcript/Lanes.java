package io.probeline.transcript;

import io.probeline.record.Priority;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Every interaction that waits, and whose turn it is: by priority, and within a priority in a round in which each has one turn. An interaction that
 * rests or is in flight keeps its turn, and holds no other up.
 */
final class Lanes {
    private record Alarm(Instant at, String interactionId) {}

    private final Map<String, Lane> lanes = new HashMap<>();
    private final Map<Priority, TreeMap<Long, Lane>> rounds = new EnumMap<>(Priority.class);
    private final TreeSet<Alarm> sleeping =
            new TreeSet<>(Comparator.comparing(Alarm::at).thenComparing(Alarm::interactionId));
    private final Map<String, Alarm> alarms = new HashMap<>();
    private long turn = 1;

    Lanes() {
        for (var priority : Priority.values()) {
            rounds.put(priority, new TreeMap<>());
        }
    }

    Lane lane(String interactionId, int partition) {
        return lanes.computeIfAbsent(interactionId, id -> new Lane(id, partition));
    }

    boolean holds(Lane lane) {
        return lanes.get(lane.interactionId()) == lane;
    }

    Collection<Lane> all() {
        return lanes.values();
    }

    /** The lane whose turn it is, and for what. */
    Optional<Map.Entry<Priority, Lane>> next() {
        for (var round : rounds.entrySet()) {
            if (!round.getValue().isEmpty()) {
                return Optional.of(
                        Map.entry(round.getKey(), round.getValue().firstEntry().getValue()));
            }
        }
        return Optional.empty();
    }

    Waiting take(Lane lane, Priority priority) {
        leave(lane);
        lane.turns().remove(priority);
        return lane.take(priority);
    }

    /** After anything that happened to a lane: it stands in the rounds that it can be served in, sleeps, or is forgotten. */
    void placed(Lane lane, Instant now) {
        leave(lane);
        if (lane.idle()) {
            lanes.remove(lane.interactionId());
            return;
        }
        rounds.forEach((priority, round) -> lane.head(priority, now)
                .ifPresent(waiting -> round.put(lane.turns().computeIfAbsent(priority, p -> turn++), lane)));
        lane.wakesAt(now).filter(now::isBefore).ifPresent(at -> {
            var alarm = new Alarm(at, lane.interactionId());
            sleeping.add(alarm);
            alarms.put(lane.interactionId(), alarm);
        });
    }

    /** A lane that goes before all others once more, for the second half of what it began. */
    void first(Lane lane, Priority priority) {
        lane.turns().put(priority, -turn++);
    }

    /** Those whose rest is over are in the rounds again. */
    void wake(Instant now) {
        while (!sleeping.isEmpty() && !sleeping.getFirst().at().isAfter(now)) {
            var alarm = sleeping.removeFirst();
            alarms.remove(alarm.interactionId());
            var lane = lanes.get(alarm.interactionId());
            if (lane != null) {
                placed(lane, now);
            }
        }
    }

    void forget(Lane lane) {
        leave(lane);
        lanes.remove(lane.interactionId());
    }

    private void leave(Lane lane) {
        rounds.forEach((priority, round) -> {
            var turn = lane.turns().get(priority);
            if (turn != null) {
                round.remove(turn);
            }
        });
        var alarm = alarms.remove(lane.interactionId());
        if (alarm != null) {
            sleeping.remove(alarm);
        }
    }
}
