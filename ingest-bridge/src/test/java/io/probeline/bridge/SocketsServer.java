package io.probeline.bridge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A backend of very many devices, as a process of its own, {@code ws} or {@code wss}: each device talks at 10 Hz, and a frame for which
 * its socket has no room is skipped and counted. A line on its standard input is answered with what it has sent and skipped.
 */
final class SocketsServer {
    private static final int TENTHS = 10;
    private static final long TENTH = 10_000_000L;
    private static final int MOST = 64 * 1024;

    private final @Nullable SSLContext tls;
    private final Selector selector = Selector.open();
    private final ServerSocketChannel door = ServerSocketChannel.open();
    private final List<Device> devices = new ArrayList<>();
    private final Queue<Device> progressed = new ConcurrentLinkedQueue<>();
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private final TlsTransport.Scratch scratch = new TlsTransport.Scratch();
    private final ByteBuffer in = ByteBuffer.allocate(MOST);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();

    private SocketsServer(@Nullable SSLContext tls) throws IOException {
        this.tls = tls;
        door.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1_024);
        door.configureBlocking(false);
        door.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** {@code ws}, or {@code wss} and the folder of its certificate. */
    public static void main(String[] args) throws Exception {
        var server =
                new SocketsServer(args[0].equals("wss") ? TestTls.context(Path.of(args[1]), "dns:localhost") : null);
        System.out.println("port " + server.door.socket().getLocalPort());
        Thread.ofPlatform().daemon().start(server::answer);
        server.run();
    }

    private void answer() {
        try {
            while (System.in.read() >= 0) {
                System.out.println("sent " + sent + ", missed " + missed + " turns of its own, skipped " + skipped);
            }
            System.exit(0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void run() throws IOException {
        long due = System.nanoTime() + TENTH;
        for (int tenth = 0; ; ) {
            long wait = (due - System.nanoTime()) / 1_000_000;
            if (wait > 0) {
                selector.select(this::selected, wait);
            } else {
                selector.selectNow(this::selected);
            }
            for (var device = progressed.poll(); device != null; device = progressed.poll()) {
                device.progressed();
            }
            if (System.nanoTime() - due >= 0) {
                if (System.nanoTime() - due > TENTH * TENTHS) {
                    // A second's worth of frames in a burst is not what devices send.
                    due = System.nanoTime();
                    missed.incrementAndGet();
                }
                due += TENTH;
                for (int i = tenth; i < devices.size(); i += TENTHS) {
                    devices.get(i).talk();
                }
                tenth = (tenth + 1) % TENTHS;
            }
        }
    }

    private void selected(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                for (var socket = door.accept(); socket != null; socket = door.accept()) {
                    socket.configureBlocking(false);
                    var device = new Device(socket);
                    device.key = socket.register(selector, SelectionKey.OP_READ, device);
                    devices.add(device);
                }
            } else if (key.attachment() instanceof Device device) {
                device.ready();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** One device's socket. */
    private final class Device {
        private final Transport transport;
        private final StringBuilder request = new StringBuilder();
        private @Nullable SelectionKey key;
        private boolean greeted;
        private boolean open;
        private @Nullable ByteBuffer rest;
        private long seq;

        Device(SocketChannel socket) {
            transport = tls == null ? new Transport.Plain(socket) : secure(socket, tls);
        }

        private TlsTransport secure(SocketChannel socket, SSLContext context) {
            var engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            return new TlsTransport(socket, engine, scratch, tasks, () -> {
                progressed.add(this);
                selector.wakeup();
            });
        }

        void progressed() {
            if (transport instanceof TlsTransport secure) {
                secure.stepDone();
                ready();
            }
        }

        void ready() {
            try {
                if (!greeted) {
                    greeted = transport.ready();
                }
                if (greeted) {
                    read();
                    write();
                }
                interest();
            } catch (IOException e) {
                gone();
            }
        }

        /** The bridge has ended, after the measurement. */
        private void gone() {
            open = false;
            if (key != null) {
                key.cancel();
            }
        }

        private void read() throws IOException {
            do {
                int read = transport.read(in.clear());
                if (read < 0) {
                    throw new IOException("the bridge has gone");
                }
                if (!open) {
                    request.append(StandardCharsets.US_ASCII.decode(in.flip()));
                }
            } while (transport.more());
            if (!open && request.toString().endsWith("\r\n\r\n")) {
                open = true;
                rest = ByteBuffer.wrap(RawBackend.accepting(request.toString()));
                request.setLength(0);
                request.trimToSize();
            }
        }

        private void write() throws IOException {
            var left = rest;
            if (left != null && transport.write(left)) {
                rest = null;
            }
        }

        void talk() {
            if (!open) {
                return;
            }
            if (rest != null || transport.pending()) {
                skipped.incrementAndGet();
                return;
            }
            rest = ByteBuffer.wrap(frame(++seq));
            sent.incrementAndGet();
            try {
                write();
                interest();
            } catch (IOException e) {
                gone();
            }
        }

        private void interest() {
            var registered = key;
            if (registered != null && registered.isValid()) {
                boolean wants = rest != null || transport.pending();
                int wanted = SelectionKey.OP_READ | (greeted && wants ? SelectionKey.OP_WRITE : 0);
                if (registered.interestOps() != wanted) {
                    registered.interestOps(wanted);
                }
            }
        }
    }

    private static byte[] frame(long seq) {
        var text = "{\"type\":\"telemetry\",\"ts\":\"2026-11-22T10:15:30.123Z\",\"seq\":" + seq
                + ",\"metrics\":{\"signal_strength\":-71.5,\"latency\":23.1,\"packet_loss\":0.2,\"errors\":0}}";
        var frame = new byte[text.length() + 4];
        frame[0] = (byte) 0x81;
        frame[1] = 126;
        frame[2] = (byte) (text.length() >> 8);
        frame[3] = (byte) text.length();
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, frame, 4, text.length());
        return frame;
    }
}
