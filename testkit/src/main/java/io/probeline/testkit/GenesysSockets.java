package io.probeline.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.handshake.ServerHandshakeBuilder;
import org.java_websocket.server.WebSocketServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets of the notification channels, one a channel: the newer replaces the older. */
final class GenesysSockets implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(GenesysSockets.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "/channels/";
    private static final Duration START = Duration.ofSeconds(10);
    private static final int STOP_MILLIS = 2_000;

    private final Map<String, WebSocket> byChannel = new ConcurrentHashMap<>();
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();
    private final Predicate<String> channels;
    private final Server server = new Server();

    private GenesysSockets(Predicate<String> channels) {
        this.channels = channels;
    }

    /** Starts on a free port of its own. */
    static GenesysSockets start(Predicate<String> channels) throws IOException {
        var sockets = new GenesysSockets(channels);
        sockets.server.start();
        try {
            sockets.started.get(START.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the notification socket does not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return sockets;
    }

    String url() {
        return "ws://127.0.0.1:" + server.getPort();
    }

    /** Sends to who is connected; to nobody, it is lost. */
    void send(String channelId, String text) {
        var socket = byChannel.get(channelId);
        if (socket != null && socket.isOpen()) {
            socket.send(text);
        }
    }

    int connected() {
        return byChannel.size();
    }

    /** Announces the end of every socket, and ends it. */
    void endAll() {
        for (var socket : List.copyOf(byChannel.values())) {
            if (socket.isOpen()) {
                socket.send(JSON.createObjectNode()
                        .put("topicName", "v2.system.socket_closing")
                        .set("eventBody", JSON.createObjectNode().put("message", "Websocket connection will be closed"))
                        .toString());
                socket.close(CloseFrame.GOING_AWAY);
            }
        }
    }

    /** Cuts every socket without a word. */
    void dropAll() {
        List.copyOf(byChannel.values()).forEach(s -> s.closeConnection(CloseFrame.ABNORMAL_CLOSE, "dropped"));
    }

    @Override
    public void close() {
        try {
            server.stop(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String channel(String path) {
        return path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : "";
    }

    /** The library's events; few enough for its own threads. */
    private final class Server extends WebSocketServer {
        private Server() {
            super(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1);
            setDaemon(true);
            setTcpNoDelay(true);
            setConnectionLostTimeout(0);
        }

        @Override
        public void onStart() {
            started.complete(true);
        }

        @Override
        public ServerHandshakeBuilder onWebsocketHandshakeReceivedAsServer(
                WebSocket socket, Draft draft, ClientHandshake request) throws InvalidDataException {
            if (!channels.test(channel(request.getResourceDescriptor()))) {
                throw new InvalidDataException(CloseFrame.REFUSE, "no such channel");
            }
            return super.onWebsocketHandshakeReceivedAsServer(socket, draft, request);
        }

        @Override
        public void onOpen(WebSocket socket, ClientHandshake request) {
            var older = byChannel.put(channel(request.getResourceDescriptor()), socket);
            if (older != null) {
                older.close(CloseFrame.NORMAL, "replaced");
            }
        }

        @Override
        public void onClose(WebSocket socket, int code, String reason, boolean remote) {
            byChannel.values().remove(socket);
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            try {
                if (JSON.readTree(text).path("message").asText().equals("ping")) {
                    socket.send("{\"topicName\":\"channel.metadata\",\"eventBody\":{\"message\":\"pong\"}}");
                }
            } catch (JsonProcessingException e) {
                log.warn("a notification client says what is not JSON: {}", text);
            }
        }

        @Override
        public void onError(WebSocket socket, Exception e) {
            started.completeExceptionally(e);
            log.warn("on a notification socket", e);
        }
    }
}
