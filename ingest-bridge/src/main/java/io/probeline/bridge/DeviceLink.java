package io.probeline.bridge;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.exceptions.InvalidHandshakeException;
import org.java_websocket.handshake.HandshakeImpl1Client;
import org.java_websocket.handshake.Handshakedata;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket to the device backend: the library's protocol engine, driven by the device loop. Everything here runs on the
 * loop's thread. What is not yet written is bounded; a backend that does not read is cut off.
 */
final class DeviceLink {
    private static final int MOST_UNWRITTEN = 64;
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /** What a connection tells; after {@link #ended} it is silent. */
    interface Listener extends FrameReader.Sink {
        void opened();

        void ended(LinkEnd end);

        /** Whether the connection is still wanted: asked right before the opening request leaves, which may take it from another. */
        default boolean wanted() {
            return true;
        }
    }

    private final DeviceLoop loop;
    private final SocketChannel socket;
    private final Transport transport;
    private final LeanDraft draft = new LeanDraft(new Events());
    private final WebSocketImpl engine = new WebSocketImpl(new Engine(), draft);
    private final HandshakeReply reply = new HandshakeReply();
    private final Deque<ByteBuffer> opening = new ArrayDeque<>();
    private @Nullable Listener listener;
    private @Nullable SelectionKey key;
    private boolean greeted;
    private boolean open;
    private boolean leaving;

    DeviceLink(DeviceLoop loop, SocketChannel socket, Transport transport, Listener listener) {
        this.loop = loop;
        this.socket = socket;
        this.transport = transport;
        this.listener = listener;
    }

    /** @param headers of the opening request, beside those of RFC 6455 */
    void start(InetSocketAddress address, String path, Map<String, String> headers, SelectionKey registered) {
        key = registered;
        var request = new HandshakeImpl1Client();
        request.setResourceDescriptor(path);
        headers.forEach(request::put);
        try {
            engine.startHandshake(request);
            opening.addAll(draft.opening());
            if (socket.connect(address)) {
                progress();
            }
        } catch (IOException | InvalidHandshakeException e) {
            // Later, so that the listener knows its link before it hears of its end.
            loop.post(() -> fail(e));
        }
    }

    boolean open() {
        return open && !leaving;
    }

    /** Does nothing unless it is open: who waits for an answer has a deadline of his own. */
    void send(String text) {
        if (open()) {
            engine.send(text);
        }
    }

    /** Closes with this code, or cuts a connection that does not stand yet; the listener hears no more. */
    void close(int code, String reason) {
        listener = null;
        if (open()) {
            leave();
            engine.close(code, reason);
        } else if (!leaving) {
            cut();
        }
    }

    /** The loop's word that the socket can do something. */
    void selected(int ready) {
        try {
            if ((ready & SelectionKey.OP_CONNECT) != 0 && !socket.finishConnect()) {
                return;
            }
            if (!greeted) {
                progress();
            }
            if (greeted && (ready & SelectionKey.OP_READ) != 0) {
                read();
            }
            if (greeted && (ready & SelectionKey.OP_WRITE) != 0) {
                flush();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    /** A step of the TLS handshake is done. */
    void progressed() {
        try {
            if (socket.isOpen() && transport instanceof TlsTransport tls) {
                tls.stepDone();
                progress();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void progress() throws IOException {
        if (!greeted && transport.ready()) {
            if (listener != null && listener.wanted()) {
                greeted = true;
                flush();
            } else {
                // Later, as above.
                loop.post(() -> end(new LinkEnd.Failed("it is not wanted any more")));
            }
        } else {
            interest();
        }
    }

    private void read() throws IOException {
        var in = loop.readBuffer();
        int read = transport.read(in.clear());
        if (read < 0) {
            end(new LinkEnd.Failed("the connection ended without a close frame"));
            return;
        }
        if (read > 0) {
            received(in.flip());
        }
        if (transport.more()) {
            loop.post(this::hear);
        }
        interest();
    }

    /** Reads what is there now. A loop that is behind comes to each socket late, and must not take for silent whom it has not heard. */
    void hear() {
        try {
            if (greeted && socket.isOpen()) {
                read();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void received(ByteBuffer in) {
        if (open) {
            engine.decode(in);
            return;
        }
        switch (reply.add(in)) {
            case HandshakeReply.Incomplete _ -> {}
            case HandshakeReply.TooLong _ -> end(new LinkEnd.Failed("the handshake's answer is too long"));
            case HandshakeReply.Complete(var status, var bytes)
            when status == HandshakeReply.SWITCHING -> engine.decode(bytes);
            case HandshakeReply.Complete complete -> end(new LinkEnd.Refused(complete.status()));
        }
    }

    private void flush() throws IOException {
        while (true) {
            var next = opening.isEmpty() ? engine.outQueue.peek() : opening.peek();
            if (next == null) {
                break;
            }
            if (!transport.write(next)) {
                break;
            }
            if (opening.isEmpty()) {
                engine.outQueue.remove();
            } else {
                opening.remove();
            }
        }
        interest();
    }

    private boolean unwritten() {
        return transport.pending() || (greeted && (!opening.isEmpty() || !engine.outQueue.isEmpty()));
    }

    private void interest() {
        if (key != null && key.isValid()) {
            int connect = socket.isConnected() ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT;
            int wanted = connect | (unwritten() && socket.isConnected() ? SelectionKey.OP_WRITE : 0);
            if (key.interestOps() != wanted) {
                key.interestOps(wanted);
            }
        }
    }

    private void fail(Exception e) {
        end(new LinkEnd.Failed(e.getClass().getSimpleName() + ": " + e.getMessage()));
    }

    /** It is over: nothing more is read or written. */
    private void end(LinkEnd end) {
        tell(end);
        cut();
    }

    private void tell(LinkEnd end) {
        var told = listener;
        listener = null;
        if (told != null) {
            told.ended(end);
        }
    }

    /** A close frame is on its way out; the other side gets a moment to read it. */
    private void leave() {
        leaving = true;
        loop.after(FAREWELL, this::cut);
    }

    private void cut() {
        leaving = true;
        if (socket.isOpen()) {
            transport.close();
            loop.discard(socket);
        }
    }

    /** What the bridge's own reading of frames tells. */
    private final class Events implements LeanDraft.Events {
        @Override
        public void text(byte[] bytes, int offset, int length) {
            if (listener != null) {
                listener.text(bytes, offset, length);
            }
        }

        @Override
        public void binary(byte[] head, long size) {
            if (listener != null) {
                listener.binary(head, size);
            }
        }

        @Override
        public void oversized(byte[] head, long size) {
            if (listener != null) {
                listener.oversized(head, size);
            }
        }

        @Override
        public void closing(int code, String reason) {
            if (leaving) {
                cut();
            } else {
                leave();
                tell(new LinkEnd.Closed(code, reason));
            }
        }

        @Override
        public void violated(String how) {
            end(new LinkEnd.Failed("not RFC 6455: " + how));
        }
    }

    private final class Engine extends EngineListener {
        @Override
        public void onWebsocketOpen(WebSocket conn, Handshakedata handshake) {
            open = true;
            if (listener != null) {
                listener.opened();
            }
        }

        @Override
        public void onWriteDemand(WebSocket conn) {
            try {
                if (engine.outQueue.size() > MOST_UNWRITTEN) {
                    end(new LinkEnd.Failed("the backend does not read"));
                } else if (greeted && socket.isOpen()) {
                    flush();
                }
            } catch (IOException e) {
                fail(e);
            }
        }

        /** The engine gives up on its own only where the handshake's answer is wrong. */
        @Override
        public void onWebsocketClosing(WebSocket conn, int code, String reason, boolean remote) {
            if (!open) {
                end(new LinkEnd.Failed("the handshake's answer is wrong: " + code));
            }
        }

        @Override
        public void onWebsocketError(WebSocket conn, Exception e) {
            loop.failed(e);
        }
    }
}
