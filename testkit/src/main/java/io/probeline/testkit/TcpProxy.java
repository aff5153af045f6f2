package io.probeline.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A wire that a test can bend: TCP on loopback, forwarded to a port, slowed, frozen, cut or refused on demand. */
public final class TcpProxy implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpProxy.class);
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final Set<TcpProxyConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final TcpProxyWire toServer = new TcpProxyWire();
    private final TcpProxyWire toClient = new TcpProxyWire();
    private final int port;
    private volatile int target;

    /** Where connections come in, closed while they are refused, and who lets them in. Guarded by this. */
    private ServerSocket door;

    private Thread porter;

    private TcpProxy(ServerSocket door, int target) {
        this.door = door;
        this.port = door.getLocalPort();
        this.target = target;
        this.porter = porter(door);
    }

    /** Listens on a free port, and forwards to another one on loopback, where nobody need listen yet. */
    public static TcpProxy to(int target) throws IOException {
        var proxy = new TcpProxy(listen(0), target);
        proxy.porter.start();
        return proxy;
    }

    /** The port to connect to. */
    public int port() {
        return port;
    }

    /** From now on new connections go to this port. */
    public void forward(int newTarget) {
        target = newTarget;
    }

    /** Every byte takes this long in either direction; what is on its way is not hurried. */
    public void latency(Duration delay) {
        toServer.latency(delay);
        toClient.latency(delay);
    }

    /** Resets every connection, as a crash does; new ones are let in. */
    public void cut() {
        connections.forEach(TcpProxyConnection::reset);
    }

    /** Nothing arrives on either side, and nobody is told. Once it ends, what was held arrives, as TCP would resend it. */
    public void blackHole(boolean on) {
        blackHoleToServer(on);
        blackHoleToClient(on);
    }

    /** Only what the client sends is held. */
    public void blackHoleToServer(boolean on) {
        toServer.freeze(on);
    }

    /** Only what the server sends is held: it hears everything, and its answers are lost. */
    public void blackHoleToClient(boolean on) {
        toClient.freeze(on);
    }

    /** Nobody listens any more; connections that are there stay. */
    public synchronized void refuse(boolean on) throws IOException {
        if (on) {
            door.close();
            // The port is free only when the thread that waits at it has gone.
            join(porter);
        } else if (door.isClosed()) {
            door = listen(port);
            porter = porter(door);
            porter.start();
        }
    }

    /** How many connections there are. */
    public int open() {
        return connections.size();
    }

    /** How many connections there have been. */
    public long accepted() {
        return accepted.get();
    }

    @Override
    public void close() throws IOException {
        refuse(true);
        cut();
    }

    private static ServerSocket listen(int port) throws IOException {
        var door = new ServerSocket();
        door.setReuseAddress(true);
        door.bind(new InetSocketAddress(LOOPBACK, port), 1024);
        return door;
    }

    private Thread porter(ServerSocket at) {
        return Thread.ofVirtual().name("proxy-" + port).unstarted(() -> {
            try {
                while (!at.isClosed()) {
                    connect(at.accept());
                }
            } catch (IOException e) {
                // The door was closed while it waited: the only way in which accepting ends.
                LOG.debug("port {} lets nobody in any more", port, e);
            }
        });
    }

    private static void join(Thread thread) throws IOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the port was closed");
        }
    }

    private void connect(Socket client) {
        accepted.incrementAndGet();
        try {
            var server = new Socket(LOOPBACK, target);
            var connection = new TcpProxyConnection(client, server, toServer, toClient, connections::remove);
            connections.add(connection);
            connection.start();
        } catch (IOException e) {
            LOG.debug("nobody listens on port {}", target, e);
            TcpProxyConnection.reset(client);
        }
    }
}
