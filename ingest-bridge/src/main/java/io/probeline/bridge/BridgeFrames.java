package io.probeline.bridge;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.temporal.ChronoUnit;

/** What the bridge says to a device (device protocol, "Bridge to device"), as JSON text. */
final class BridgeFrames {
    private BridgeFrames() {}

    /** @param now from when on the device has its time */
    static String command(QueuedCommand command, int attempt, Moment now) {
        var deadline = now.wall().plus(command.deadline()).truncatedTo(ChronoUnit.MILLIS);
        return "{\"type\":\"command\",\"commandId\":" + quoted(command.commandId()) + ",\"command\":"
                + quoted(command.command()) + ",\"params\":" + command.params() + ",\"attempt\":" + attempt
                + ",\"deadline\":\"" + deadline + "\"}";
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
