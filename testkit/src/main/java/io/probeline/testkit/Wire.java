package io.probeline.testkit;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** One thing that the device backend saw or did on the wire; guarantees are judged by a list of these. */
public sealed interface Wire {
    Stamp stamp();

    String deviceId();

    /** The number of the connection, rising by one over all devices of a backend; 0 where there never was one. */
    long connection();

    /**
     * When and where in the order of all events.
     *
     * @param order 1, 2, 3 … without a gap, over all devices
     * @param nanos {@link System#nanoTime} of the backend's process: for distances, where a clock may be set back
     */
    record Stamp(long order, long nanos, Instant at) {}

    /** A handshake was accepted; headers are lower-case, and without the secret. */
    record Connected(Stamp stamp, String deviceId, long connection, Map<String, String> headers) implements Wire {
        public Connected {
            headers = Map.copyOf(headers);
        }

        public Optional<String> header(String lowerCaseName) {
            return Optional.ofNullable(headers.get(lowerCaseName));
        }
    }

    /** A handshake was answered with this HTTP status; 0 is silence. */
    record Refused(Stamp stamp, String deviceId, long connection, Map<String, String> headers, int status)
            implements Wire {
        public Refused {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * A command arrived.
     *
     * @param live false where the backend had closed this session before: the frame came, but no device saw it
     */
    record Command(Stamp stamp, String deviceId, long connection, DeviceCommand command, boolean live) implements Wire {
        public String commandId() {
            return command.commandId();
        }
    }

    /** A cancel arrived. */
    record Cancel(Stamp stamp, String deviceId, long connection, String commandId, boolean live) implements Wire {}

    /** A heartbeat arrived. */
    record Heartbeat(Stamp stamp, String deviceId, long connection, long id, boolean live) implements Wire {}

    /** Something arrived that the device protocol does not know: the bridge is wrong. */
    record Unreadable(Stamp stamp, String deviceId, long connection, String frame, String reason) implements Wire {}

    /** The appliance said this; telemetry and heartbeat_ack are not listed. */
    record Said(Stamp stamp, String deviceId, long connection, String frame) implements Wire {}

    /** The backend ended the session; the socket is read until the other side has answered. */
    record Closing(Stamp stamp, String deviceId, long connection, int code, String reason) implements Wire {}

    /**
     * The socket is gone.
     *
     * @param remote whether the other side ended it
     * @param telemetry how many telemetry objects were sent over it: the last seq is one less
     */
    record Disconnected(
            Stamp stamp, String deviceId, long connection, int code, String reason, boolean remote, long telemetry)
            implements Wire {}
}
