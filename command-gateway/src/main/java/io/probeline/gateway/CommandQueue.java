package io.probeline.gateway;

import io.probeline.gateway.QueuedCommand.Stage;
import io.probeline.record.DeviceEvent;
import io.probeline.record.Outcome;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session's commands: what waits, in the order in which it will run, and what has come out. Two topics tell it, and either may be
 * ahead of the other, so each step also accepts a command that the other has not told yet.
 */
record CommandQueue(SequencedMap<String, QueuedCommand> byId, List<Result> results, Set<String> done) {
    static final CommandQueue EMPTY =
            new CommandQueue(Collections.unmodifiableSequencedMap(new LinkedHashMap<>()), List.of(), Set.of());

    /** How many results a snapshot shows. */
    static final int RESULTS = 20;

    /** How many ended commands are remembered, so that a late word about one does not bring it back. */
    private static final int REMEMBERED = 2_000;

    /** How a command ended. */
    record Result(
            String commandId,
            String command,
            Outcome outcome,
            @Nullable String data,
            @Nullable String errorCode,
            @Nullable String errorMessage,
            Instant at) {}

    /** In the order in which they will run. */
    Collection<QueuedCommand> waiting() {
        return byId.sequencedValues();
    }

    Optional<QueuedCommand> find(String commandId) {
        return Optional.ofNullable(byId.get(commandId));
    }

    boolean knows(String commandId) {
        return byId.containsKey(commandId) || done.contains(commandId);
    }

    CommandQueue accepted(QueuedCommand command) {
        var id = command.commandId();
        if (done.contains(id)) {
            return this;
        }
        return byId.containsKey(id)
                ? changed(id, known -> known.withParams(command.params()))
                : with(all -> all.put(id, command));
    }

    CommandQueue cancelAsked(String commandId) {
        return changed(commandId, QueuedCommand::cancelling);
    }

    /** A COMMAND_… event; any other changes nothing. */
    CommandQueue on(DeviceEvent event) {
        var id = event.getCommandId().orElse("");
        if (id.isEmpty()) {
            return this;
        }
        var place = event.getPlace().orElse(null);
        return switch (event.getKind()) {
            case COMMAND_WAITING ->
                told(event).changed(id, c -> c.waiting(event.getReason().orElse(null), place));
            case COMMAND_SENT -> told(event).running(id, c -> c.at(Stage.SENT, place));
            case COMMAND_ACKNOWLEDGED, COMMAND_PROGRESS ->
                told(event).running(id, c -> c.at(Stage.ACKNOWLEDGED, place));
            case COMMAND_DONE -> ended(id, event);
            case COMMAND_LATE, CONNECTED, LIVE, SUSPECT, LOST, RESTORED, REFUSED, ENDED, REPLACED -> this;
        };
    }

    private CommandQueue told(DeviceEvent event) {
        var id = event.getCommandId().orElse("");
        var command = new QueuedCommand(id, event.getCommand().orElse(""), null, Stage.QUEUED, null, null, false);
        return knows(id) ? this : with(all -> all.put(id, command));
    }

    private CommandQueue changed(String commandId, UnaryOperator<QueuedCommand> change) {
        return byId.containsKey(commandId)
                ? with(all -> all.computeIfPresent(commandId, (id, known) -> change.apply(known)))
                : this;
    }

    /** What runs stands in front: at most one does, and only the bridge knows the true order across gateway instances. */
    private CommandQueue running(String commandId, UnaryOperator<QueuedCommand> change) {
        var known = byId.get(commandId);
        return known == null ? this : with(all -> all.putFirst(commandId, change.apply(known)));
    }

    /** The first in the topic stands: a bridge that is replaced while its outcome is under way leaves the next one to write another. */
    private CommandQueue ended(String commandId, DeviceEvent event) {
        if (done.contains(commandId)) {
            return this;
        }
        var result = new Result(
                commandId,
                event.getCommand().orElse(""),
                event.getOutcome().orElse(Outcome.UNKNOWN),
                event.getData().orElse(null),
                event.getErrorCode().orElse(null),
                event.getErrorMessage().orElse(null),
                event.getAt());
        var newest = Stream.concat(Stream.of(result), results.stream())
                .limit(RESULTS)
                .toList();
        var left = with(all -> all.remove(commandId)).byId();
        return new CommandQueue(left, newest, remembered(commandId));
    }

    private Set<String> remembered(String commandId) {
        var all = new LinkedHashSet<>(done);
        all.add(commandId);
        if (all.size() > REMEMBERED) {
            all.removeFirst();
        }
        return Collections.unmodifiableSet(all);
    }

    private CommandQueue with(Consumer<LinkedHashMap<String, QueuedCommand>> change) {
        var all = new LinkedHashMap<>(byId);
        change.accept(all);
        return all.equals(byId) && List.copyOf(all.keySet()).equals(List.copyOf(byId.keySet()))
                ? this
                : new CommandQueue(Collections.unmodifiableSequencedMap(all), results, done);
    }
}
