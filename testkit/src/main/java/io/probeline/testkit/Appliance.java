package io.probeline.testkit;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * The character of one appliance behind the device backend: what it does when something happens to it.
 *
 * <p>The backend calls it on its one thread: it must not wait (see {@link ApplianceAct.Work}), and needs no lock
 * against the backend.
 */
public interface Appliance {
    /** Whether a connection with the right secret gets through. */
    default Admission admit(Instant now) {
        return new Admission.Accept();
    }

    /**
     * A session has begun.
     *
     * @param line takes acts at any time from any thread; what it takes while there is no session is lost
     */
    default List<ApplianceAct> connected(Consumer<ApplianceAct> line, Instant now) {
        return List.of();
    }

    /**
     * It is time for telemetry.
     *
     * @param seq the number that the next telemetry object of this connection gets
     */
    default List<ApplianceAct> tick(Instant now, long seq) {
        return List.of();
    }

    /** A command has come, perhaps not for the first time. */
    List<ApplianceAct> command(DeviceCommand command, Instant now);

    /** A command is to be given up; a device that knows no better drops what it still had to say about it. */
    default List<ApplianceAct> cancel(String commandId, Instant now) {
        return List.of(new ApplianceAct.Abandon(commandId));
    }

    /** The bridge asks for a sign of life. */
    default List<ApplianceAct> heartbeat(long id, Instant now) {
        return List.of(new ApplianceAct.Say(DeviceFrames.heartbeatAck(id)));
    }

    /** The session has ended, whoever ended it. */
    default void disconnected(Instant now) {}

    /** How a handshake is answered. */
    sealed interface Admission {
        /** With 101, and this sub-protocol selected; an empty one selects none. */
        record Accept(String subprotocol) implements Admission {
            public Accept() {
                this("probeline.v1");
            }
        }

        /** With this HTTP status. */
        record Refuse(int status) implements Admission {}

        /** Not at all: the connection stays open and silent. */
        record Hang() implements Admission {}
    }
}
