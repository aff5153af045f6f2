package io.probeline.testkit;

import java.util.Map;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;

/** One connection of a device, with its own telemetry numbers; only for the loop's thread. */
final class DeviceLink {
    private final DeviceLoop loop;
    private final WebSocketImpl socket;
    private final DeviceLine line;
    private final long number;
    private final Map<String, String> headers;
    private long telemetry;
    private boolean closing;

    DeviceLink(DeviceLoop loop, WebSocketImpl socket, DeviceLine line, long number, Map<String, String> headers) {
        this.loop = loop;
        this.socket = socket;
        this.line = line;
        this.number = number;
        this.headers = headers;
    }

    DeviceLine line() {
        return line;
    }

    long number() {
        return number;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** How many telemetry objects were sent, which is the seq of the next. */
    long telemetry() {
        return telemetry;
    }

    long nextSeq() {
        return telemetry++;
    }

    /** Whether the backend has ended the session; what still comes over it is no device's. */
    boolean closing() {
        return closing;
    }

    boolean open() {
        return !closing && socket.isOpen();
    }

    /** Whether the other side doesn't read as fast as the appliance speaks: telemetry is left out then, never queued. */
    boolean crowded() {
        return !socket.outQueue.isEmpty();
    }

    void say(String text) {
        loop.send(socket, text);
    }

    void say(byte[] bytes) {
        socket.send(bytes);
    }

    /** Sends the close frame, and keeps the socket: a frame that comes in spite of it is evidence. */
    void close(int code, String reason) {
        var frame = new CloseFrame();
        frame.setCode(code);
        frame.setReason(reason);
        try {
            frame.isValid();
        } catch (InvalidDataException e) {
            throw new IllegalArgumentException("no close code for the wire: " + code, e);
        }
        socket.sendFrame(frame);
        closing = true;
    }

    void reset(String reason) {
        DeviceLoop.reset(socket, reason);
    }
}
