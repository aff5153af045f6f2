package io.probeline.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.Handshakedata;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.protocols.Protocol;

/**
 * RFC 6455 with two things that the library's server can't do: refuse a handshake with any status, and read on after
 * its own close frame until the other side has answered it.
 */
final class DeviceDraft extends Draft_6455 {
    /** The largest frame of the device protocol. */
    private static final int MAX_FRAME = 64 * 1024;

    /** As an HTTP status: no answer at all. */
    static final short SILENCE = 1;

    private static final short ACCEPTED = 0;

    /** Sub-protocols are the backend's business: to the draft, any will do. */
    DeviceDraft() {
        super(List.of(), List.of(new Protocol("")), MAX_FRAME);
    }

    @Override
    public Draft copyInstance() {
        return new DeviceDraft();
    }

    @Override
    public List<ByteBuffer> createHandshake(Handshakedata handshake, boolean withContent) {
        var status = handshake instanceof ServerHandshake response ? response.getHttpStatus() : ACCEPTED;
        return switch (status) {
            case ACCEPTED -> super.createHandshake(handshake, withContent);
            case SILENCE -> List.of();
            default -> List.of(refusal(status));
        };
    }

    private static ByteBuffer refusal(int status) {
        var head = "HTTP/1.1 " + status + " Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        return ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void processFrame(WebSocketImpl socket, Framedata frame) throws InvalidDataException {
        // The library would answer a second time, since to it a session that we have closed is still open.
        if (frame.getOpcode() == Opcode.CLOSING && closing(socket)) {
            socket.closeConnection(frame instanceof CloseFrame c ? c.getCloseCode() : CloseFrame.NOCODE, "", true);
        } else {
            super.processFrame(socket, frame);
        }
    }

    private static boolean closing(WebSocketImpl socket) {
        return socket.getAttachment() instanceof DeviceLink link && link.closing();
    }
}
