package io.probeline.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What an appliance does: the backend carries it out on the session that the device has at that time. */
public sealed interface ApplianceAct {
    /** An act that puts a frame on the wire. */
    sealed interface Utterance extends ApplianceAct {}

    /** Sends this text as it is, well formed or not. */
    record Say(String text) implements Utterance {}

    /** Sends a binary frame of these bytes, which the protocol does not allow. */
    record SayBinary(String hex) implements Utterance {}

    /** Sends telemetry, with the connection's next seq. */
    record Telemetry(@Nullable Instant ts, Map<String, ? extends Number> metrics) implements Utterance {}

    /** Sends several telemetry objects as one frame, an array. */
    record Batch(List<Telemetry> telemetry) implements Utterance {
        public Batch {
            telemetry = List.copyOf(telemetry);
        }
    }

    /** Ends the session with a close frame. */
    record Close(int code, String reason) implements ApplianceAct {}

    /** Cuts the connection with a TCP reset. */
    record Drop() implements ApplianceAct {}

    /**
     * Does something later, unless it is abandoned before.
     *
     * @param about what it belongs to, a commandId for example
     */
    record Later(Duration by, String about, ApplianceAct act) implements ApplianceAct {}

    /**
     * Does something that takes time, on a thread of its own, and then acts upon it.
     *
     * @param about what it belongs to; abandoned, the thread is interrupted and what it says is lost
     */
    record Work(String about, Callable<List<ApplianceAct>> work) implements ApplianceAct {}

    /** Gives up everything later about this. */
    record Abandon(String about) implements ApplianceAct {}
}
