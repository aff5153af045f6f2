package io.probeline.bridge;

import io.probeline.record.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a lane wants done; the shell does it in this order. */
sealed interface LaneAction {
    /**
     * Commit this place under the owners' generation: the intent to send when {@code attempt} is 1 or more, else the mere place.
     * Answered by {@link CommandLane#committed} or {@link CommandLane#commitFailed}.
     *
     * @param number tells it from every other commit of this lane
     * @param requestedAt when it was asked for, on the clock that never falls
     */
    record Commit(CommittedPlace place, long number, long requestedAt) implements LaneAction {}

    /** Send the command to the device, now. */
    record Send(QueuedCommand command, int attempt) implements LaneAction {}

    /**
     * Ask the device by the command's probe. Answered by {@link CommandLane#result} under this id.
     *
     * @param id of its own each time: a device that remembers ids would answer a repeat with its first reading
     */
    record Ask(QueuedCommand command, Probe probe, String id, Duration limit) implements LaneAction {}

    /** Tell the device to give it up. */
    record SendCancel(QueuedCommand command) implements LaneAction {}

    /** Tell what the head waits for. */
    record Waiting(QueuedCommand command, String reason) implements LaneAction {}

    /** Tell that the device has it. */
    record Acknowledged(QueuedCommand command, int attempt) implements LaneAction {}

    /** Tell how far the device is. */
    record Progressed(QueuedCommand command, int attempt, DeviceFrame.Progress progress) implements LaneAction {}

    /** Tell that a result came for what is not in flight. */
    record Late(String commandId, Ending ending) implements LaneAction {}

    /** Make the outcome durable. Answered by {@link CommandLane#durable} or {@link CommandLane#notDurable}. */
    record Conclude(QueuedCommand command, int attempt, Ending ending) implements LaneAction {}

    /** The head has left the lane; there is room for another. */
    record Finished() implements LaneAction {}

    /** How a command ended. */
    record Ending(
            Outcome outcome,
            @Nullable String data,
            @Nullable String code,
            @Nullable String message) {
        static Ending of(Outcome outcome, String code, String message) {
            return new Ending(outcome, null, code, message);
        }
    }
}
