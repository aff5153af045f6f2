package io.probeline.testkit;

import io.probeline.testkit.Appliance.Admission;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import java.util.Map;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.HandshakeImpl1Server;
import org.java_websocket.handshake.Handshakedata;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The library's events ──▶ the device's line; for the loop's thread. */
final class DeviceSockets extends WebSocketAdapter {
    private static final Logger log = LoggerFactory.getLogger(DeviceSockets.class);

    private final DeviceContext context;
    private final DeviceDoor door;
    private final DeviceTicks ticks;
    private long connections;

    /** A handshake that is not accepted; the library must believe that it was, or it would say 404. */
    private record TurnedAway(boolean silently) {}

    DeviceSockets(DeviceContext context, DeviceDoor door, DeviceTicks ticks) {
        this.context = context;
        this.door = door;
        this.ticks = ticks;
    }

    @Override
    public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
            WebSocket socket, Draft draft, ClientHandshake request) {
        var response = new HandshakeImpl1Server();
        var headers = DeviceDoor.headers(request);
        var answer = door.open(request, context.now());
        switch (answer.admission()) {
            case Admission.Accept accept -> {
                DeviceDoor.subprotocol(accept).ifPresent(p -> response.put("Sec-WebSocket-Protocol", p));
                admit(socket, answer, headers);
            }
            case Admission.Refuse(var status) -> {
                response.setHttpStatus((short) status);
                turnAway(socket, answer, headers, status);
            }
            case Admission.Hang hang -> {
                response.setHttpStatus(DeviceDraft.SILENCE);
                turnAway(socket, answer, headers, 0);
            }
        }
        return response;
    }

    private void admit(WebSocket socket, DeviceDoor.Answer answer, Map<String, String> headers) {
        if (answer.line() == null) {
            throw new IllegalStateException("a device that does not exist was let in: " + answer.deviceId());
        }
        socket.setAttachment(
                new DeviceLink(context.loop(), (WebSocketImpl) socket, answer.line(), ++connections, headers));
    }

    private void turnAway(WebSocket socket, DeviceDoor.Answer answer, Map<String, String> headers, int status) {
        context.history().add(context.now(), stamp -> new Wire.Refused(stamp, answer.deviceId(), 0, headers, status));
        socket.setAttachment(new TurnedAway(status == 0));
    }

    @Override
    public void onWebsocketOpen(WebSocket socket, Handshakedata request) {
        switch (socket.getAttachment()) {
            case DeviceLink link -> {
                ticks.add(link);
                link.line().opened(link);
            }
            case TurnedAway(var silently) -> {
                if (!silently) {
                    ((WebSocketImpl) socket).flushAndClose(CloseFrame.NORMAL, "turned away", false);
                }
            }
            case Object other -> throw new IllegalStateException("not a connection: " + other);
        }
    }

    @Override
    public void onWebsocketMessage(WebSocket socket, String text) {
        if (socket.getAttachment() instanceof DeviceLink link) {
            link.line().received(link, text);
        }
    }

    @Override
    public void onWebsocketMessage(WebSocket socket, ByteBuffer bytes) {
        if (socket.getAttachment() instanceof DeviceLink link) {
            var frame = new byte[bytes.remaining()];
            bytes.get(frame);
            link.line().unreadable(link, HexFormat.of().formatHex(frame), "binary");
        }
    }

    @Override
    public void onWebsocketClose(WebSocket socket, int code, String reason, boolean remote) {
        if (socket.getAttachment() instanceof DeviceLink link) {
            ticks.remove(link);
            link.line().closed(link, code, reason, remote);
        }
    }

    @Override
    public void onWebsocketError(WebSocket socket, Exception e) {
        log.warn("on a socket of the device backend", e);
    }

    @Override
    public void onWriteDemand(WebSocket socket) {
        context.loop().writeSoon((WebSocketImpl) socket);
    }

    @Override
    public void onWebsocketCloseInitiated(WebSocket socket, int code, String reason) {}

    @Override
    public void onWebsocketClosing(WebSocket socket, int code, String reason, boolean remote) {}

    @Override
    public InetSocketAddress getLocalSocketAddress(WebSocket socket) {
        return (InetSocketAddress) tcp(socket).getLocalSocketAddress();
    }

    @Override
    public InetSocketAddress getRemoteSocketAddress(WebSocket socket) {
        return (InetSocketAddress) tcp(socket).getRemoteSocketAddress();
    }

    private static Socket tcp(WebSocket socket) {
        return ((SocketChannel) ((WebSocketImpl) socket).getChannel()).socket();
    }
}
