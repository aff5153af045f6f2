package io.probeline.bridge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.probeline.runtime.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns every device's socket, lane and timer. It never waits for anything but its selector; what must
 * wait runs elsewhere and comes back through the mailbox.
 *
 * <p>Metrics: {@code probeline_bridge_mailbox} (tasks waiting), {@code probeline_bridge_sockets} (open or opening).
 */
final class DeviceLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceLoop.class);
    private static final int MOST_WAITING = 65_536;
    private static final int MOST_AT_A_TURN = 4_096;
    private static final Duration LONGEST_WAIT = Duration.ofMillis(500);
    private static final Duration CLOSING = Duration.ofSeconds(2);
    private static final Duration STUCK = Duration.ofSeconds(10);

    private final World world;
    private final SSLContext tls;
    private final Consumer<Throwable> failed;
    private final Selector selector;
    private final BlockingQueue<Runnable> mailbox = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Timers timers = new Timers();
    private final ExecutorService aside = Executors.newVirtualThreadPerTaskExecutor();
    private final ByteBuffer readBuffer = ByteBuffer.allocate(64 * 1024);
    private final TlsTransport.Scratch scratch = new TlsTransport.Scratch();
    private final Thread thread;
    private volatile boolean running = true;
    private volatile long turnedAt;
    private Moment now;

    private DeviceLoop(World world, SSLContext tls, MeterRegistry metrics, Consumer<Throwable> failed) {
        this.world = world;
        this.tls = tls;
        this.failed = failed;
        this.now = new Moment(world.nanos(), world.now());
        this.turnedAt = now.nanos();
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.thread = world.threads().named("device-loop").newThread(this::run);
        Gauge.builder("probeline_bridge_mailbox", mailbox, BlockingQueue::size).register(metrics);
        Gauge.builder(
                        "probeline_bridge_sockets",
                        selector,
                        s -> s.isOpen() ? s.keys().size() : 0)
                .register(metrics);
    }

    /** @param failed hears of the failure that ends the loop */
    static DeviceLoop start(World world, SSLContext tls, MeterRegistry metrics, Consumer<Throwable> failed) {
        var loop = new DeviceLoop(world, tls, metrics, failed);
        loop.thread.start();
        return loop;
    }

    /** Runs the task on the loop. Other threads wait while the mailbox is full; the loop itself never does, since it runs it later in its turn. */
    void post(Runnable task) {
        if (Thread.currentThread() == thread) {
            after(Duration.ZERO, task);
            return;
        }
        try {
            mailbox.put(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /** Does what may wait on a thread of its own, and hands what comes of it to the loop. */
    <T> void aside(Callable<T> work, Consumer<T> then) {
        aside.execute(() -> {
            try {
                var result = work.call();
                post(() -> then.accept(result));
            } catch (Exception e) {
                if (running) {
                    failed(e);
                }
            }
        });
    }

    /** This turn's time. */
    Moment now() {
        return now;
    }

    /** The time just now: the process may have been stopped since the turn began, and whoever asks must not act on time that has passed. */
    Moment look() {
        now = new Moment(world.nanos(), world.now());
        return now;
    }

    void after(Duration time, Runnable task) {
        at(now.in(time), task);
    }

    /** @param due on the clock that never falls */
    void at(long due, Runnable task) {
        timers.add(due, task);
    }

    /**
     * Begins to connect; how it goes on is told to the listener, later.
     *
     * @throws IOException when there is no socket to be had
     */
    DeviceLink connect(
            Endpoint endpoint,
            InetSocketAddress address,
            String path,
            Map<String, String> headers,
            DeviceLink.Listener listener)
            throws IOException {
        var socket = SocketChannel.open();
        socket.configureBlocking(false);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var link = new Linked(socket, endpoint, listener).link;
        link.start(address, path, headers, socket.register(selector, SelectionKey.OP_CONNECT, link));
        return link;
    }

    /** Ties the knot between a link and its TLS steps. */
    private final class Linked {
        private final DeviceLink link;

        Linked(SocketChannel socket, Endpoint endpoint, DeviceLink.Listener listener) {
            link = new DeviceLink(DeviceLoop.this, socket, transport(socket, endpoint), listener);
        }

        private Transport transport(SocketChannel socket, Endpoint endpoint) {
            if (!endpoint.secure()) {
                return new Transport.Plain(socket);
            }
            var engine = tls.createSSLEngine(endpoint.host(), endpoint.port());
            engine.setUseClientMode(true);
            var parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
            return new TlsTransport(socket, engine, scratch, aside, () -> post(() -> link.progressed()));
        }
    }

    ByteBuffer readBuffer() {
        return readBuffer;
    }

    void discard(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.warn("a socket did not close: {}", e.getMessage());
        }
    }

    /** A bug: the service ends. */
    void failed(Throwable e) {
        running = false;
        failed.accept(e);
    }

    /** Empty while the loop turns. */
    Optional<String> trouble() {
        var still = Duration.ofNanos(world.nanos() - turnedAt);
        return still.compareTo(STUCK) > 0
                ? Optional.of("has not turned for " + still.toSeconds() + " s")
                : Optional.empty();
    }

    private void run() {
        try {
            while (running) {
                turn();
            }
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
        } finally {
            shut();
        }
    }

    private void turn() throws IOException {
        long wait = mailbox.isEmpty() ? untilTimer() : 0;
        if (wait > 0) {
            selector.select(this::selected, wait);
        } else {
            selector.selectNow(this::selected);
        }
        woken.set(false);
        tick();
        Runnable task;
        for (int done = 0; done < MOST_AT_A_TURN && (task = mailbox.poll()) != null; done++) {
            task.run();
        }
        tick();
        timers.run(now);
    }

    private void tick() {
        now = new Moment(world.nanos(), world.now());
        turnedAt = now.nanos();
    }

    private long untilTimer() {
        if (timers.next() == Moment.NEVER) {
            return LONGEST_WAIT.toMillis();
        }
        long millis = (timers.next() - world.nanos() + 999_999) / 1_000_000;
        return Math.clamp(millis, 0, LONGEST_WAIT.toMillis());
    }

    private void selected(SelectionKey key) {
        tick();
        if (key.isValid() && key.attachment() instanceof DeviceLink link) {
            link.selected(key.readyOps());
        }
    }

    private void shut() {
        for (var key : selector.keys()) {
            if (key.channel() instanceof SocketChannel socket) {
                discard(socket);
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.warn("the selector did not close: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        running = false;
        selector.wakeup();
        try {
            if (!thread.join(CLOSING)) {
                LOG.warn("{} did not end within {} s", thread.getName(), CLOSING.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        aside.shutdownNow();
    }
}
