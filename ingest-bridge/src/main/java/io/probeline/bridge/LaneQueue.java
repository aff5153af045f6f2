package io.probeline.bridge;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a lane has read ahead from its topic, and which of it is being given up behind the head. */
final class LaneQueue {
    /** A place of the queue; without a command where none could be read. */
    record Entry(long place, @Nullable QueuedCommand command) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final RunIds done;
    /** Behind the head and cancelled: that they are not sent is being written. None of them is taken up before that is known. */
    private final Set<String> givingUp = new HashSet<>();

    LaneQueue(RunIds done) {
        this.done = done;
    }

    int size() {
        return entries.size();
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    @Nullable
    Entry first() {
        return entries.peekFirst();
    }

    @Nullable
    QueuedCommand head() {
        var entry = entries.peekFirst();
        return entry == null ? null : entry.command();
    }

    void removeFirst() {
        entries.removeFirst();
    }

    /** The command has its outcome, so it never runs again. */
    void ended(String commandId) {
        done.add(commandId);
    }

    boolean passedOver(@Nullable QueuedCommand command) {
        return command == null || done.contains(command.commandId());
    }

    boolean givingUp(QueuedCommand command) {
        return givingUp.contains(command.commandId());
    }

    boolean givesUpNothing() {
        return givingUp.isEmpty();
    }

    /** What was cancelled behind the head and has not been given up yet; it counts as being given up from now on. */
    List<QueuedCommand> giveUp(LaneSession session) {
        return entries.stream()
                .skip(1)
                .map(Entry::command)
                .filter(Objects::nonNull)
                .filter(command -> session.cancelled().contains(command.commandId()))
                .filter(command -> LaneStanding.of(command, session) == LaneStanding.CURRENT)
                .filter(command -> !isHead(command) && !passedOver(command) && givingUp.add(command.commandId()))
                .toList();
    }

    /** @return whether it was being given up */
    boolean gaveUp(String commandId) {
        return givingUp.remove(commandId);
    }

    private boolean isHead(QueuedCommand command) {
        var head = head();
        return head != null && head.commandId().equals(command.commandId());
    }
}
