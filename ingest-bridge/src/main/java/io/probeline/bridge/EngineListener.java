package io.probeline.bridge;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.framing.Framedata;
import org.jspecify.annotations.Nullable;

/** What the library's engine tells, less what goes past it or is of no interest here. */
abstract class EngineListener extends WebSocketAdapter {
    @Override
    public void onWebsocketMessage(WebSocket conn, String message) {
        throw new IllegalStateException("text goes past the engine");
    }

    @Override
    public void onWebsocketMessage(WebSocket conn, ByteBuffer blob) {
        throw new IllegalStateException("bytes go past the engine");
    }

    @Override
    public void onWebsocketClose(WebSocket conn, int code, String reason, boolean remote) {
        // The link closes the socket itself.
    }

    @Override
    public void onWebsocketCloseInitiated(WebSocket conn, int code, String reason) {
        // It was the link that asked for it.
    }

    /** In one read a ping may come with what makes the bridge close: then nobody waits for its answer, and the engine must not be asked to write one. */
    @Override
    public void onWebsocketPing(WebSocket conn, Framedata frame) {
        if (conn.isOpen()) {
            super.onWebsocketPing(conn, frame);
        }
    }

    @Override
    public void onWebsocketPong(WebSocket conn, Framedata frame) {
        // No sign of life: it would prove the backend alive, not the appliance behind it.
    }

    @Override
    public @Nullable InetSocketAddress getLocalSocketAddress(WebSocket conn) {
        return null;
    }

    @Override
    public @Nullable InetSocketAddress getRemoteSocketAddress(WebSocket conn) {
        return null;
    }
}
