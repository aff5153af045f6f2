package io.probeline.testkit;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One forwarded connection: for each direction a thread that reads and one that writes when the wire lets it. */
final class TcpProxyConnection {
    private static final Logger LOG = LoggerFactory.getLogger(TcpProxyConnection.class);
    private static final int CHUNK_BYTES = 16 * 1024;
    /** At most so much is on its way in a direction; then the sender feels it, as it does in a full window. */
    private static final int MOST_CHUNKS = 64;

    private final Socket client;
    private final Socket server;
    private final Consumer<TcpProxyConnection> ended;
    private final AtomicInteger openDirections = new AtomicInteger(2);
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> threads;

    TcpProxyConnection(
            Socket client,
            Socket server,
            TcpProxyWire toServer,
            TcpProxyWire toClient,
            Consumer<TcpProxyConnection> ended) {
        this.client = client;
        this.server = server;
        this.ended = ended;
        this.threads = Stream.concat(pump(client, server, toServer), pump(server, client, toClient))
                .toList();
    }

    /** No bytes mean that the sender has ended its half. */
    private record Chunk(ByteBuffer bytes, long due) {}

    void start() throws IOException {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        threads.forEach(Thread::start);
    }

    /** Both sides see a reset, and what was on its way is lost. */
    void reset() {
        if (over.compareAndSet(false, true)) {
            reset(client);
            reset(server);
            threads.forEach(Thread::interrupt);
            ended.accept(this);
        }
    }

    static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            LOG.debug("was closed already", e);
        }
    }

    private Stream<Thread> pump(Socket from, Socket to, TcpProxyWire wire) {
        var onItsWay = new ArrayBlockingQueue<Chunk>(MOST_CHUNKS);
        return Stream.of(
                Thread.ofVirtual().unstarted(() -> untilItFails(() -> read(from, wire, onItsWay))),
                Thread.ofVirtual().unstarted(() -> untilItFails(() -> write(to, wire, onItsWay))));
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void untilItFails(Work work) {
        try {
            work.run();
        } catch (IOException | InterruptedException e) {
            // A side that is gone takes the other one with it; threads belong to the connection and end with it.
            LOG.debug("the connection ends", e);
            reset();
        }
    }

    private static void read(Socket from, TcpProxyWire wire, BlockingQueue<Chunk> onItsWay)
            throws IOException, InterruptedException {
        var in = from.getInputStream();
        var buffer = new byte[CHUNK_BYTES];
        int length;
        do {
            length = in.read(buffer);
            onItsWay.put(new Chunk(ByteBuffer.wrap(Arrays.copyOf(buffer, Math.max(length, 0))), wire.due()));
        } while (length >= 0);
    }

    private void write(Socket to, TcpProxyWire wire, BlockingQueue<Chunk> onItsWay)
            throws IOException, InterruptedException {
        var out = to.getOutputStream();
        var chunk = onItsWay.take();
        while (chunk.bytes().hasRemaining()) {
            wire.await(chunk.due());
            out.write(chunk.bytes().array());
            chunk = onItsWay.take();
        }
        wire.await(chunk.due());
        to.shutdownOutput();
        if (openDirections.decrementAndGet() == 0 && over.compareAndSet(false, true)) {
            client.close();
            server.close();
            ended.accept(this);
        }
    }
}
