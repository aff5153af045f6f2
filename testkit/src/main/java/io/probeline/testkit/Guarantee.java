package io.probeline.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A promise of the design, as a judge over a recorded history: each violation in words, none when it was kept. */
public sealed interface Guarantee {
    List<String> violations(CommandHistory history);

    /** Every 202 has exactly one outcome, and nothing else has one. */
    record OneOutcomeEach() implements Guarantee {
        @Override
        public List<String> violations(CommandHistory history) {
            var outcomes = history.settled().stream()
                    .collect(Collectors.groupingBy(CommandHistory.Settled::commandId, Collectors.toList()));
            var violations = new ArrayList<String>();
            history.acceptedById().forEach((id, command) -> {
                int count = outcomes.getOrDefault(id, List.of()).size();
                if (count != 1) {
                    violations.add(command.command() + " " + id + " was accepted and has " + count + " outcomes");
                }
            });
            outcomes.keySet().stream()
                    .filter(id -> !history.acceptedById().containsKey(id))
                    .forEach(id -> violations.add(id + " has an outcome and was never accepted"));
            return violations;
        }
    }

    /** A command that may run once is on the wire once at most; any other never twice with the same attempt. */
    record RunOnce() implements Guarantee {
        @Override
        public List<String> violations(CommandHistory history) {
            var attempts = new HashMap<String, HashSet<Integer>>();
            var violations = new ArrayList<String>();
            for (var seen : history.seen()) {
                var command = seen.command();
                var before = attempts.computeIfAbsent(command.commandId(), id -> new HashSet<>());
                if (!before.isEmpty() && history.onceOnly().contains(command.command())) {
                    violations.add(command.command() + " " + command.commandId() + " was sent again");
                }
                if (!before.add(command.attempt())) {
                    violations.add(command.commandId() + " was sent twice as attempt " + command.attempt());
                }
            }
            return violations;
        }
    }

    /** What was answered before another was asked for is first seen by the device before the other is. */
    record InOrder() implements Guarantee {
        @Override
        public List<String> violations(CommandHistory history) {
            var accepted = history.acceptedById();
            var violations = new ArrayList<String>();
            var first = new HashSet<String>();
            history.seen().stream()
                    .filter(seen -> first.add(seen.commandId()))
                    .map(seen -> accepted.get(seen.commandId()))
                    .filter(Objects::nonNull)
                    .collect(Collectors.groupingBy(CommandHistory.Accepted::deviceId))
                    .forEach((device, order) -> violations.addAll(overtaken(device, order)));
            return violations;
        }

        /** Seen from the end, the earliest answer so far must not lie before the request of one that the device saw earlier. */
        private static List<String> overtaken(String device, List<CommandHistory.Accepted> order) {
            var violations = new ArrayList<String>();
            var earliest = order.getLast();
            for (var command : order.reversed()) {
                if (earliest.answered() < command.asked()) {
                    violations.add(device + " saw " + command.commandId() + " before " + earliest.commandId()
                            + ", which had been answered before it was asked for");
                }
                earliest = command.answered() < earliest.answered() ? command : earliest;
            }
            return violations;
        }
    }

    /**
     * A device sees its commands in the order of its topic, whoever has asked for them and at whichever gateway: what {@link InOrder} can't
     * tell of requests that overlap.
     *
     * @param topics the ids of the commands in each device's topic, by device
     */
    record TopicOrder(Map<String, List<String>> topics) implements Guarantee {
        @Override
        public List<String> violations(CommandHistory history) {
            var violations = new ArrayList<String>();
            var furthest = new HashMap<String, Integer>();
            var first = new HashSet<String>();
            history.seen().stream()
                    .filter(seen -> history.acceptedById().containsKey(seen.commandId()))
                    .filter(seen -> first.add(seen.commandId()))
                    .forEach(seen -> {
                        int place =
                                topics.getOrDefault(seen.deviceId(), List.of()).indexOf(seen.commandId());
                        int before = furthest.getOrDefault(seen.deviceId(), -1);
                        if (place < before) {
                            violations.add(seen.deviceId() + " saw " + seen.commandId() + ", place " + place
                                    + " of its topic, after place " + before);
                        }
                        furthest.put(seen.deviceId(), Math.max(place, before));
                    });
            return violations;
        }
    }

    /**
     * A device that remembers ids runs each of them once, however often it is sent.
     *
     * @param ran the ids of the commands that each device has run, by device
     */
    record RanOnce(Map<String, List<String>> ran) implements Guarantee {
        @Override
        public List<String> violations(CommandHistory history) {
            var violations = new ArrayList<String>();
            ran.forEach((device, ids) -> {
                var once = new HashSet<String>();
                ids.stream()
                        .filter(id -> !once.add(id))
                        .forEach(id -> violations.add(device + " ran " + id + " again"));
            });
            return violations;
        }
    }

    /** While a device has neither answered a command nor been told to drop it, nor its deadline passed, it gets no other. */
    record OneInFlight() implements Guarantee {
        @Override
        public List<String> violations(CommandHistory history) {
            var inFlight = new HashMap<String, Wire.Command>();
            var violations = new ArrayList<String>();
            for (var event : history.wire()) {
                switch (event) {
                    case Wire.Command seen
                    when seen.live() -> {
                        var before = inFlight.put(seen.deviceId(), seen);
                        if (before != null && stillOpen(before, seen)) {
                            violations.add(seen.deviceId() + " got " + seen.commandId() + " while " + before.commandId()
                                    + " was in flight");
                        }
                    }
                    case Wire.Cancel cancel -> inFlight.remove(cancel.deviceId());
                    case Wire.Disconnected gone -> inFlight.remove(gone.deviceId());
                    case Wire.Closing closing -> inFlight.remove(closing.deviceId());
                    case Wire.Said said ->
                        inFlight.computeIfPresent(said.deviceId(), (id, open) -> ends(said, open) ? null : open);
                    case Wire.Command unseen -> {}
                    case Wire.Connected connected -> {}
                    case Wire.Refused refused -> {}
                    case Wire.Heartbeat heartbeat -> {}
                    case Wire.Unreadable unreadable -> {}
                }
            }
            return violations;
        }

        private static boolean stillOpen(Wire.Command before, Wire.Command next) {
            return !before.commandId().equals(next.commandId())
                    && next.stamp().at().isBefore(before.command().deadline());
        }

        private static boolean ends(Wire.Said said, Wire.Command open) {
            return said.frame().contains("\"result\"") && said.frame().contains(open.commandId());
        }
    }

    /** Once the caller was told that a command had been cancelled unsent, no device ever sees it, before or after. */
    record NotSentIsNotSent() implements Guarantee {
        @Override
        public List<String> violations(CommandHistory history) {
            var unsent = history.notSent().stream()
                    .map(CommandHistory.NotSent::commandId)
                    .collect(Collectors.toSet());
            return history.seen().stream()
                    .map(Wire.Command::commandId)
                    .filter(unsent::contains)
                    .map(id -> id + " was told to be cancelled unsent, and a device saw it")
                    .toList();
        }
    }

    /**
     * Devices see nothing that nobody asked for, and nothing that the device protocol does not know. A probe belongs to the command
     * that it is about: its id is {@code probe.<commandId>.<mark>}.
     */
    record NothingInvented() implements Guarantee {
        private static final String PROBE = "probe.";

        @Override
        public List<String> violations(CommandHistory history) {
            Map<String, CommandHistory.Accepted> accepted = history.acceptedById();
            var violations = new ArrayList<String>();
            history.seen().stream()
                    .map(Wire.Command::commandId)
                    .filter(id -> !accepted.containsKey(id) && !accepted.containsKey(probed(id)))
                    .forEach(id -> violations.add(id + " was sent and never accepted"));
            history.wire().stream()
                    .filter(Wire.Unreadable.class::isInstance)
                    .map(Wire.Unreadable.class::cast)
                    .forEach(frame -> violations.add(frame.deviceId() + " got an unreadable frame: " + frame.reason()));
            return violations;
        }

        private static String probed(String id) {
            int end = id.lastIndexOf('.');
            return id.startsWith(PROBE) && end > PROBE.length() ? id.substring(PROBE.length(), end) : "";
        }
    }

    /** Once a device has a newer connection, nothing comes over an older one: whoever held it has been replaced. */
    record NothingFromTheReplaced() implements Guarantee {
        @Override
        public List<String> violations(CommandHistory history) {
            return history.wire().stream()
                    .filter(Wire.Command.class::isInstance)
                    .map(Wire.Command.class::cast)
                    .filter(command -> !command.live())
                    .map(command -> command.deviceId() + " was sent " + command.commandId() + " over connection "
                            + command.connection() + ", which had been replaced or ended: "
                            + connections(history, command))
                    .toList();
        }

        /** What became of the device's connections until then, and that frame: who looks for the fault begins there. */
        private static List<Wire> connections(CommandHistory history, Wire.Command frame) {
            return history.wire().stream()
                    .filter(each -> each.deviceId().equals(frame.deviceId()))
                    .filter(each -> each.stamp().order() <= frame.stamp().order())
                    .filter(each -> each instanceof Wire.Connected
                            || each instanceof Wire.Closing
                            || each instanceof Wire.Disconnected
                            || (each instanceof Wire.Command other
                                    && other.commandId().equals(frame.commandId())))
                    .toList();
        }
    }

    /** All that the two witnesses can tell by themselves. */
    static Guarantee[] all() {
        return new Guarantee[] {
            new OneOutcomeEach(),
            new RunOnce(),
            new InOrder(),
            new OneInFlight(),
            new NotSentIsNotSent(),
            new NothingInvented()
        };
    }
}
