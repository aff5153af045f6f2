package io.probeline.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.java_websocket.SocketChannelIOHelper;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.WebSocketListener;
import org.java_websocket.framing.CloseFrame;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that accepts, reads, decodes, writes and keeps time for every socket.
 *
 * <p>The library's own server hands frames to worker threads and drops those that wait there when a socket ends. Here a
 * frame is decoded before the end of its socket is looked at, so what was received is known whole and in order; and
 * 10,000 sockets cost one thread.
 */
final class DeviceLoop implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(DeviceLoop.class);
    private static final int BACKLOG = 4096;
    private static final int READ_BUFFER = 64 * 1024;
    private static final int MAX_QUICK = 65_535;
    private static final int TEXT = 1;
    private static final int MAX_POSTED = 100_000;
    private static final Duration STOP = Duration.ofSeconds(5);

    private final Selector selector;
    private final ServerSocketChannel server;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("device-backend").unstarted(this::run);
    private final BlockingQueue<Runnable> posted = new ArrayBlockingQueue<>(MAX_POSTED);
    private volatile boolean stopping;

    // Owned by the thread.
    private final ByteBuffer buffer = ByteBuffer.allocate(READ_BUFFER);
    private final ByteBuffer frame = ByteBuffer.allocateDirect(MAX_QUICK + 4);
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final Set<WebSocketImpl> unwritten = new HashSet<>();
    private long timersSet;

    private @Nullable WebSocketListener listener;

    private DeviceLoop(Selector selector, ServerSocketChannel server) {
        this.selector = selector;
        this.server = server;
    }

    /** Binds on loopback; the loop runs after {@link #start}. */
    static DeviceLoop bind(int port) throws IOException {
        var server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), BACKLOG);
            server.configureBlocking(false);
            var selector = Selector.open();
            server.register(selector, SelectionKey.OP_ACCEPT);
            return new DeviceLoop(selector, server);
        } catch (BindException e) {
            server.close();
            var clear = new BindException("port %d on 127.0.0.1 is taken".formatted(port));
            clear.initCause(e);
            throw clear;
        }
    }

    void start(WebSocketListener toAllSockets) {
        listener = toAllSockets;
        thread.start();
    }

    int port() {
        return server.socket().getLocalPort();
    }

    /** Runs this on the loop's thread, soon; tasks of one thread run in their order. */
    void post(Runnable task) {
        if (!posted.offer(task)) {
            throw new IllegalStateException("over " + MAX_POSTED + " tasks wait for the device backend");
        }
        selector.wakeup();
    }

    /** Runs this on the loop's thread after a while; only for the loop's thread itself. */
    Timer after(Duration wait, Runnable task) {
        var timer = new Timer(System.nanoTime() + wait.toNanos(), timersSet++, task);
        timers.add(timer);
        return timer;
    }

    /**
     * Sends a text now, or queues what the socket does not take.
     *
     * <p>The library would make four objects and two copies of each frame, check its own UTF-8 and wait for the
     * selector; at 100,000 frames a second that is half the work.
     */
    void send(WebSocketImpl socket, String text) {
        var payload = text.getBytes(StandardCharsets.UTF_8);
        if (payload.length > MAX_QUICK || !socket.outQueue.isEmpty()) {
            socket.send(text);
            return;
        }
        frame.clear().put((byte) (0x80 | TEXT));
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else {
            frame.put((byte) 126).putShort((short) payload.length);
        }
        frame.put(payload).flip();
        try {
            socket.getChannel().write(frame);
            if (frame.hasRemaining()) {
                socket.outQueue.add(
                        ByteBuffer.allocate(frame.remaining()).put(frame).flip());
                unwritten.add(socket);
            }
        } catch (IOException e) {
            socket.closeConnection(CloseFrame.ABNORMAL_CLOSE, String.valueOf(e.getMessage()), true);
        }
    }

    /** There is something to write; the loop's listener hands it on from the library. */
    void writeSoon(WebSocketImpl socket) {
        unwritten.add(socket);
    }

    /** Ends the connection with a reset: what was not sent is lost, and the other side sees no close frame. */
    static void reset(WebSocketImpl socket, String reason) {
        try {
            ((SocketChannel) socket.getChannel()).setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            log.debug("the socket has gone before it was reset", e);
        }
        socket.closeConnection(CloseFrame.ABNORMAL_CLOSE, reason, false);
    }

    private void run() {
        try (selector;
                server) {
            while (!stopping) {
                selector.select(this::ready, untilNextTimer());
                runPosted();
                runTimers();
                write();
            }
            // What was posted before the loop was told to stop is still done: a close frame, say.
            runPosted();
            write();
            selector.keys().forEach(DeviceLoop::letGo);
        } catch (IOException e) {
            log.error("the device backend has stopped", e);
        }
    }

    /** A time-out for the selector, where 0 would mean for ever. */
    private long untilNextTimer() {
        if (timers.isEmpty()) {
            return 0;
        }
        // Up to a millisecond late, rather than turning idly until the time has come.
        var wait = timers.element().due - System.nanoTime();
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(wait + 999_999));
    }

    private void ready(SelectionKey key) {
        if (!key.isValid()) {
            // Reset a moment ago, by what another socket brought.
            return;
        }
        if (key.isAcceptable()) {
            accept();
        } else {
            var socket = (WebSocketImpl) key.attachment();
            if (key.isReadable()) {
                read(socket);
            }
            unwritten.add(socket);
        }
    }

    private void accept() {
        try {
            for (var channel = server.accept(); channel != null; channel = server.accept()) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                var socket = new WebSocketImpl(listener, List.of(new DeviceDraft()));
                socket.setSelectionKey(channel.register(selector, SelectionKey.OP_READ, socket));
                socket.setChannel(channel);
            }
        } catch (IOException e) {
            log.error("a connection could not be accepted", e);
        }
    }

    private void read(WebSocketImpl socket) {
        try {
            buffer.clear();
            var length = socket.getChannel().read(buffer);
            if (length < 0) {
                socket.eot();
            } else if (length > 0) {
                socket.decode(buffer.flip());
            }
        } catch (IOException e) {
            socket.closeConnection(CloseFrame.ABNORMAL_CLOSE, String.valueOf(e.getMessage()), true);
        }
    }

    private void runPosted() {
        var tasks = new ArrayDeque<Runnable>();
        posted.drainTo(tasks);
        tasks.forEach(DeviceLoop::guarded);
    }

    private void runTimers() {
        var now = System.nanoTime();
        while (!timers.isEmpty() && timers.element().due - now <= 0) {
            var timer = timers.remove();
            if (!timer.cancelled) {
                guarded(timer.task);
            }
        }
    }

    /** One appliance's bug must show, but not stop all the others. */
    static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("a task of the device backend failed", e);
        }
    }

    private void write() {
        var sockets = List.copyOf(unwritten);
        unwritten.clear();
        sockets.forEach(this::write);
    }

    private void write(WebSocketImpl socket) {
        var key = socket.getSelectionKey();
        try {
            if (key.isValid()) {
                SocketChannelIOHelper.batch(socket, socket.getChannel());
            }
            if (key.isValid()) {
                var rest = socket.outQueue.isEmpty() ? 0 : SelectionKey.OP_WRITE;
                if (key.interestOps() != (SelectionKey.OP_READ | rest)) {
                    key.interestOps(SelectionKey.OP_READ | rest);
                }
            }
        } catch (IOException e) {
            socket.closeConnection(CloseFrame.ABNORMAL_CLOSE, String.valueOf(e.getMessage()), true);
        }
    }

    private static void letGo(SelectionKey key) {
        if (key.attachment() instanceof WebSocketImpl socket) {
            socket.closeConnection(CloseFrame.GOING_AWAY, "the backend stops", false);
        }
    }

    /** Closes every socket and the port; returns when that is done. */
    @Override
    public void close() {
        stopping = true;
        selector.wakeup();
        try {
            if (!thread.join(STOP)) {
                log.error("the device backend did not stop within {}", STOP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A task that waits for its time. */
    static final class Timer implements Comparable<Timer> {
        private final long due;
        private final long number;
        private final Runnable task;
        private boolean cancelled;

        private Timer(long due, long number, Runnable task) {
            this.due = due;
            this.number = number;
            this.task = task;
        }

        /** Only for the loop's thread. */
        void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Timer other) {
            var earlier = Long.signum(due - other.due);
            return earlier != 0 ? earlier : Long.compare(number, other.number);
        }
    }
}
