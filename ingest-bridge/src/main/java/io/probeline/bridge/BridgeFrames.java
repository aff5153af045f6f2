package io.probeline.bridge;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What the bridge says to a device (device protocol, "Bridge to device"), as JSON text. */
final class BridgeFrames {
    private BridgeFrames() {}

    /** @param now from when on the device has its time */
    static String command(QueuedCommand command, int attempt, Moment now) {
        return command(
                command.commandId(),
                command.command(),
                command.params(),
                attempt,
                now.wall().plus(command.deadline()));
    }

    /** A command that no caller asked for: its id begins with {@code probe.} and goes on with that of the command it is about. */
    static String probe(LaneAction.Ask ask, Moment now) {
        var probe = ask.probe();
        return command(ask.id(), probe.command(), probe.params(), 1, now.wall().plus(ask.limit()));
    }

    private static String command(String id, String command, String params, int attempt, Instant deadline) {
        return "{\"type\":\"command\",\"commandId\":" + quoted(id) + ",\"command\":" + quoted(command) + ",\"params\":"
                + params + ",\"attempt\":" + attempt + ",\"deadline\":\"" + deadline.truncatedTo(ChronoUnit.MILLIS)
                + "\"}";
    }

    static String cancel(QueuedCommand command) {
        return "{\"type\":\"cancel\",\"commandId\":" + quoted(command.commandId()) + "}";
    }

    static String heartbeat(long id) {
        return "{\"type\":\"heartbeat\",\"id\":" + id + "}";
    }

    private static String quoted(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
