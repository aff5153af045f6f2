package io.probeline.quickstart;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an appliance has answered to each command, or will: a repeat gets the first result. For any thread. */
final class Answers {
    private static final int REMEMBERED = 1_000;

    // Guarded by this; the oldest goes first.
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** How far a command is. */
    sealed interface State {
        /** Never seen, or forgotten. */
        record Unknown() implements State {}

        /** Under way. */
        record Running() implements State {}

        /** Done, with this frame as its result. */
        record Done(String frame) implements State {}
    }

    private sealed interface Entry {
        record Open() implements Entry {}

        record Result(Instant from, String frame) implements Entry {}
    }

    synchronized State state(String commandId, Instant now) {
        return switch (entries.get(commandId)) {
            case null -> new State.Unknown();
            case Entry.Open open -> new State.Running();
            case Entry.Result(var from, var frame) -> now.isBefore(from) ? new State.Running() : new State.Done(frame);
        };
    }

    /** It runs, and what comes of it is not known yet. */
    synchronized void begin(String commandId) {
        put(commandId, new Entry.Open());
    }

    /** What has begun has come to this result, unless it was given up before. */
    synchronized void finish(String commandId, Instant now, String frame) {
        entries.replace(commandId, new Entry.Open(), new Entry.Result(now, frame));
    }

    /** It runs until then, and comes to this result. */
    synchronized void promise(String commandId, Instant from, String frame) {
        put(commandId, new Entry.Result(from, frame));
    }

    private void put(String commandId, Entry entry) {
        entries.put(commandId, entry);
        if (entries.size() > REMEMBERED) {
            entries.remove(entries.keySet().iterator().next());
        }
    }
}
