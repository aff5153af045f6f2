package io.probeline.bridge;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.probeline.record.Session;
import io.probeline.record.SessionState;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Very many devices on one bridge's own loop, links and frame decoder, as a process of its own: {@code ws|wss port sockets seconds folder}. Kafka is left
 * out: what is measured are the sockets.
 */
final class SocketsClient {
    private static final int FIRST = 200;
    private static final int AT_ONCE = 100;
    private static final int TEN_HERTZ = 10;
    private static final Duration WARM = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final DeviceLoop loop;
    private final Endpoint endpoint;
    private final InetSocketAddress address;
    private final FrameDecoder decoder = new FrameDecoder();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong frames = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private long begun;

    private SocketsClient(String scheme, int port, SSLContext tls) {
        loop = DeviceLoop.start(World.real(), tls, new SimpleMeterRegistry(), e -> {
            e.printStackTrace();
            System.exit(1);
        });
        endpoint = Endpoint.of(scheme + "://localhost:" + port);
        address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    public static void main(String[] args) throws Exception {
        // Avro trusts our records only once a format was made.
        var _ = new AvroFormat<>(Topics.TELEMETRY, new LocalSchemaRegistry());
        var secure = args[0].equals("wss");
        var tls = secure ? TestTls.context(Path.of(args[4]), "dns:localhost") : SSLContext.getDefault();
        var client = new SocketsClient(args[0], Integer.parseInt(args[1]), tls);
        client.measure(args[0], Integer.parseInt(args[2]), Duration.ofSeconds(Long.parseLong(args[3])));
        System.exit(0);
    }

    private void measure(String scheme, int sockets, Duration time) throws IOException {
        open(Math.min(FIRST, sockets / 2));
        long until = frames.get() + opened.get() * TEN_HERTZ * WARM.toSeconds();
        Await.until("a warm start", PATIENCE, () -> frames.get() >= until);
        var before = Memory.now();
        long first = opened.get();
        long start = System.nanoTime();
        open(sockets);
        var connected = Duration.ofNanos(System.nanoTime() - start);
        var after = Memory.now();
        long more = sockets - first;
        System.out.printf(
                "%s: %d sockets in %.1f s, %.1f KiB RSS and %.1f KiB live heap a socket (RSS %d MiB), %d threads%n",
                scheme,
                sockets,
                connected.toMillis() / 1_000.0,
                (after.rss - before.rss) / (double) more,
                (after.heap - before.heap) / 1_024.0 / more,
                after.rss / 1_024,
                ManagementFactory.getThreadMXBean().getThreadCount());
        steady(scheme, time);
    }

    private void steady(String scheme, Duration time) {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long count = frames.get();
        long gaps = lost.get();
        long start = System.nanoTime();
        Await.until("the time", PATIENCE.plus(time), () -> System.nanoTime() - start >= time.toNanos());
        double seconds = (System.nanoTime() - start) / 1e9;
        long received = frames.get() - count;
        double spent = (system.getProcessCpuTime() - cpu) / 1e9;
        System.out.printf(
                "%s: %.0f frames/s, %.2f CPU-s per 100,000 frames (%.2f cores), %d lost, %d ended%n",
                scheme,
                received / seconds,
                spent / received * 100_000,
                spent / seconds,
                lost.get() - gaps,
                ended.get());
    }

    private void open(int sockets) {
        while (begun < sockets) {
            for (int i = 0; i < AT_ONCE && begun < sockets; i++) {
                begun++;
                loop.post(this::connect);
            }
            long want = begun;
            Await.until(want + " sockets", PATIENCE, () -> opened.get() + ended.get() >= want);
        }
        if (ended.get() > 0) {
            throw new AssertionError(ended + " connections have ended");
        }
    }

    private void connect() {
        var device = new Device("device-" + opened.get());
        try {
            var headers = Map.of("Host", endpoint.authority(), "Authorization", "Bearer secret");
            device.link = loop.connect(
                    endpoint, address, "/v1/devices/" + device.session.getDeviceId() + "/session", headers, device);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a bridge holds for a device, the lane apart. */
    private final class Device implements DeviceLink.Listener {
        private final Session session;
        private final LineTelemetry telemetry;
        private @Nullable DeviceLink link;
        private long beats;

        Device(String id) {
            session = Session.newBuilder()
                    .setInteractionId("call-" + id)
                    .setSessionId("session-" + id)
                    .setDeviceId(id)
                    .setGeneration(1)
                    .setCustomerId("customer")
                    .setState(SessionState.RUNNING)
                    .setCommands(List.of())
                    .setOpenedAt(Instant.EPOCH)
                    .setOpenedBy("bench")
                    .setUpdatedAt(Instant.EPOCH)
                    .setActiveAt(Instant.EPOCH)
                    .build();
            telemetry = new LineTelemetry(session, loop.now());
        }

        @Override
        public void opened() {
            opened.incrementAndGet();
            loop.after(HEARTBEAT, this::beat);
        }

        private void beat() {
            if (link != null) {
                link.send(BridgeFrames.heartbeat(++beats));
            }
            loop.after(HEARTBEAT, this::beat);
        }

        @Override
        public void text(byte[] bytes, int offset, int length) {
            for (var frame : decoder.decode(bytes, offset, length).frames()) {
                if (frame instanceof DeviceFrame.Telemetry values) {
                    telemetry.frame(values, loop.now()).ifPresent(record -> lost.addAndGet(record.getLost()));
                    frames.incrementAndGet();
                }
            }
        }

        @Override
        public void ended(LinkEnd end) {
            System.out.println(end);
            ended.incrementAndGet();
        }

        @Override
        public void binary(byte[] head, long size) {
            throw new AssertionError("a device speaks text");
        }

        @Override
        public void oversized(byte[] head, long size) {
            throw new AssertionError("a frame is small");
        }
    }

    /** After a collection: KiB that the process holds, bytes that are alive. */
    private record Memory(long rss, long heap) {
        static Memory now() throws IOException {
            System.gc();
            System.gc();
            var status = Files.readString(Path.of("/proc/self/status"));
            var rss = status.lines()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .findFirst()
                    .orElseThrow();
            var runtime = Runtime.getRuntime();
            return new Memory(Long.parseLong(rss), runtime.totalMemory() - runtime.freeMemory());
        }
    }
}
