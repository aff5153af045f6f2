package io.probeline.bridge;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.Handshakedata;
import org.java_websocket.protocols.IProtocol;
import org.java_websocket.protocols.Protocol;

/**
 * The library's RFC 6455, with the bridge's own reading of frames, and with the opening request kept from the library's
 * log, which would show the device's secret. One for each connection.
 */
final class LeanDraft extends Draft_6455 {
    static final String SUBPROTOCOL = "probeline.v1";

    /** What the connection must hear at once. */
    interface Events extends FrameReader.Sink {
        /** The backend has said that it closes; its frame is answered after this. */
        void closing(int code, String reason);

        /** What came is no WebSocket. */
        void violated(String how);
    }

    private final FrameReader reader;
    private final Events events;
    private List<ByteBuffer> opening = List.of();

    LeanDraft(Events events) {
        super(List.of(), List.of(new Protocol(SUBPROTOCOL), new NoneSelected()), FrameReader.MOST);
        this.events = events;
        this.reader = new FrameReader(events);
    }

    /** The opening request, which the connection writes itself. */
    List<ByteBuffer> opening() {
        return opening;
    }

    @Override
    public List<ByteBuffer> createHandshake(Handshakedata handshake, boolean withContent) {
        opening = super.createHandshake(handshake, withContent);
        return List.of();
    }

    @Override
    public List<Framedata> translateFrame(ByteBuffer buffer) {
        var control = new ArrayList<Framedata>(0);
        try {
            reader.read(buffer, control);
        } catch (InvalidDataException e) {
            buffer.position(buffer.limit());
            events.violated(String.valueOf(e.getMessage()));
        }
        return control;
    }

    @Override
    public void processFrame(WebSocketImpl socket, Framedata frame) throws InvalidDataException {
        if (frame instanceof CloseFrame close) {
            events.closing(reader.closeCode(), String.valueOf(close.getMessage()));
        }
        super.processFrame(socket, frame);
    }

    /** Every connection has made its own. */
    @Override
    public Draft copyInstance() {
        return this;
    }

    // Drafts are never compared here; the library's equality does not fit one that belongs to a connection.
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /** A backend that selects no sub-protocol is accepted (device protocol, "Connection"). */
    private record NoneSelected() implements IProtocol {
        @Override
        public boolean acceptProvidedProtocol(String header) {
            return header.isBlank();
        }

        @Override
        public String getProvidedProtocol() {
            return "";
        }

        @Override
        public IProtocol copyInstance() {
            return this;
        }
    }
}
