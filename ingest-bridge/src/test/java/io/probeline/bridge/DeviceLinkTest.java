package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.probeline.runtime.World;
import io.probeline.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection against servers that play by the rules, and against some that don't. */
class DeviceLinkTest {
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private SSLContext tls = plain();
    private volatile boolean wanted = true;
    private volatile Runnable closing = () -> {};
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private static SSLContext plain() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
        assertEquals(List.of(), List.copyOf(failures), "the loop has failed");
    }

    private DeviceLoop loop() {
        var loop = DeviceLoop.start(World.real(), tls, metrics, failures::add);
        parts.push(loop);
        return loop;
    }

    private RawBackend playing(RawBackend.Script script) throws IOException {
        var backend = RawBackend.playing(script);
        parts.push(backend);
        return backend;
    }

    private DeviceLink connect(DeviceLoop loop, String scheme, String host, int port) throws Exception {
        var link = new CompletableFuture<DeviceLink>();
        var endpoint = Endpoint.of(scheme + "://" + host + ":" + port + "/base");
        var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        var headers = Map.of("Host", endpoint.authority(), "Authorization", "Bearer secret");
        loop.post(() -> {
            try {
                link.complete(loop.connect(endpoint, address, "/base/path", headers, new Ear()));
            } catch (IOException e) {
                link.completeExceptionally(e);
            }
        });
        return link.get(10, TimeUnit.SECONDS);
    }

    private DeviceLink connect(RawBackend backend) throws Exception {
        return connect(loop(), "ws", "127.0.0.1", backend.port());
    }

    /** A bridge that has slept since it began to dial must not take the device from the one that has replaced it. */
    @Test
    void whatIsNotWantedAnyMoreSendsNoOpeningRequest() throws Exception {
        var backend = playing((request, in, out) -> out.write(RawBackend.accepting(request)));
        wanted = false;
        connect(backend);
        assertEquals(new LinkEnd.Failed("it is not wanted any more"), next());
        assertTrue(backend.requests.isEmpty(), "the request was sent");
    }

    private Object next() throws InterruptedException {
        var event = heard.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing was heard for ten seconds");
        }
        return event;
    }

    /** Writes down what a connection tells. */
    private final class Ear implements DeviceLink.Listener {
        @Override
        public void opened() {
            heard.add("opened");
        }

        @Override
        public void ended(LinkEnd end) {
            heard.add(end);
        }

        @Override
        public boolean wanted() {
            return wanted;
        }

        @Override
        public void text(byte[] bytes, int offset, int length) {
            heard.add("text " + new String(bytes, offset, length, StandardCharsets.UTF_8));
            closing.run();
        }

        @Override
        public void binary(byte[] head, long size) {
            heard.add("binary " + size);
        }

        @Override
        public void oversized(byte[] head, long size) {
            heard.add("oversized " + size);
        }
    }

    @Test
    void theOpeningRequestIsWhatTheProtocolWants() throws Exception {
        var backend = playing((request, in, out) -> out.write(RawBackend.accepting(request)));
        connect(backend);
        assertEquals("opened", next());
        var request = backend.requests.take();
        assertTrue(request.startsWith("GET /base/path HTTP/1.1\r\n"), request);
        for (var line : List.of(
                "Host: 127.0.0.1:" + backend.port(),
                "Authorization: Bearer secret",
                "Sec-WebSocket-Protocol: probeline.v1",
                "Sec-WebSocket-Version: 13",
                "Upgrade: websocket")) {
            assertTrue(request.contains("\r\n" + line + "\r\n"), line + " in " + request);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 500, 503, 302})
    void aRefusedHandshakeTellsItsStatus(int status) throws Exception {
        connect(playing((request, in, out) -> out.write(
                ("HTTP/1.1 " + status + " No\r\nContent-Length: 2\r\n\r\nno").getBytes(StandardCharsets.US_ASCII))));
        assertEquals(new LinkEnd.Refused(status), next());
    }

    @Test
    void theFirstFramesMayComeWithTheHandshake() throws Exception {
        connect(playing((request, in, out) -> {
            var answer = RawBackend.accepting(request, "Sec-WebSocket-Protocol: probeline.v1");
            var frame = RawBackend.text("at once");
            var both = Arrays.copyOf(answer, answer.length + frame.length);
            System.arraycopy(frame, 0, both, answer.length, frame.length);
            out.write(both);
        }));
        assertEquals("opened", next());
        assertEquals("text at once", next());
    }

    @Test
    void theHandshakeMayComeByteByByte() throws Exception {
        connect(playing((request, in, out) -> {
            for (byte b : RawBackend.accepting(request)) {
                out.write(b);
                out.flush();
            }
            out.write(RawBackend.text("now"));
        }));
        assertEquals("opened", next());
        assertEquals("text now", next());
    }

    @Test
    void anotherSubProtocolIsNotAccepted() throws Exception {
        connect(playing((request, in, out) ->
                out.write(RawBackend.accepting(request, "Sec-WebSocket-Protocol: probeline.v2"))));
        assertInstanceOf(LinkEnd.Failed.class, next());
    }

    @Test
    void aWrongAcceptKeyIsNotAccepted() throws Exception {
        connect(playing((request, in, out) ->
                out.write(RawBackend.accepting("Sec-WebSocket-Key: bm90IHRoZSByaWdodCBvbmU=\r\n"))));
        assertInstanceOf(LinkEnd.Failed.class, next());
    }

    @Test
    void aHandshakeWithoutEndIsCutOff() throws Exception {
        connect(playing((request, in, out) -> {
            out.write("HTTP/1.1 101 Yes\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 100_000; i++) {
                out.write(("X-" + i + ": y\r\n").getBytes(StandardCharsets.US_ASCII));
            }
        }));
        assertInstanceOf(LinkEnd.Failed.class, next());
    }

    @Test
    void whatIsNoHttpIsNoHandshake() throws Exception {
        connect(playing((request, in, out) -> out.write("SSH-2.0-x\r\n\r\n".getBytes(StandardCharsets.US_ASCII))));
        assertEquals(new LinkEnd.Refused(0), next());
    }

    @Test
    void aCloseFrameTellsItsCodeAndIsAnswered() throws Exception {
        var answer = new CompletableFuture<byte[]>();
        connect(playing((request, in, out) -> {
            out.write(RawBackend.accepting(request));
            out.write(RawBackend.close(4009));
            answer.complete(in.readNBytes(8));
        }));
        assertEquals("opened", next());
        assertEquals(new LinkEnd.Closed(4009, ""), next());
        var frame = answer.get(10, TimeUnit.SECONDS);
        assertEquals(0x88, frame[0] & 0xff);
        assertEquals(4009, code(frame));
    }

    /** The code of a masked close frame. */
    private static int code(byte[] frame) {
        return (((frame[6] ^ frame[2]) & 0xff) << 8) | ((frame[7] ^ frame[3]) & 0xff);
    }

    @Test
    void aCloseFrameWithoutCodeIsNotTheEndOfTheSession() throws Exception {
        connect(playing((request, in, out) -> {
            out.write(RawBackend.accepting(request));
            out.write(new byte[] {(byte) 0x88, 0});
        }));
        assertEquals("opened", next());
        assertEquals(new LinkEnd.Closed(1005, ""), next());
    }

    /** A reason of 123 bytes, say, that ends within a character: the bridge must live. */
    @Test
    void aCloseReasonThatIsNoUtf8EndsThatConnectionAlone() throws Exception {
        connect(playing((request, in, out) -> {
            out.write(RawBackend.accepting(request));
            out.write(new byte[] {(byte) 0x88, 4, 3, (byte) 0xe8, (byte) 0xe2, (byte) 0x82});
        }));
        assertEquals("opened", next());
        assertInstanceOf(LinkEnd.Failed.class, next());
    }

    /** Both in one read, and the bridge closes on the first: then nobody waits for a pong. */
    @Test
    void aPingBehindTheLastStrawIsNotAnswered() throws Exception {
        var loop = loop();
        var link = new CompletableFuture<DeviceLink>();
        closing = () -> link.join().close(CloseCodes.POLICY, "enough");
        var backend = playing((request, in, out) -> {
            out.write(RawBackend.accepting(request));
            link.join();
            var both = new ByteArrayOutputStream();
            both.writeBytes(RawBackend.text("the last straw"));
            both.writeBytes(new byte[] {(byte) 0x89, 1, 'x'});
            out.write(both.toByteArray());
            in.readAllBytes();
        });
        link.complete(connect(loop, "ws", "127.0.0.1", backend.port()));
        assertEquals("opened", next());
        assertEquals("text the last straw", next());
        Await.until(
                "the socket's end",
                Duration.ofSeconds(10),
                () -> metrics.get("probeline_bridge_sockets").gauge().value() == 0);
    }

    @Test
    void anEndWithoutCloseFrameIsAFailure() throws Exception {
        connect(playing((request, in, out) -> out.write(RawBackend.accepting(request))));
        assertEquals("opened", next());
        assertInstanceOf(LinkEnd.Failed.class, next());
    }

    @Test
    void nobodyThereIsAFailure() throws Exception {
        var backend = RawBackend.playing((request, in, out) -> {});
        backend.close();
        connect(backend);
        assertInstanceOf(LinkEnd.Failed.class, next());
    }

    @Test
    void anOversizedFrameLeavesTheConnectionOpen() throws Exception {
        connect(playing((request, in, out) -> {
            out.write(RawBackend.accepting(request));
            out.write(new byte[] {(byte) 0x81, 127, 0, 0, 0, 0, 0, 2, 0, 0});
            out.write(new byte[128 * 1024]);
            out.write(RawBackend.text("still here"));
            in.read();
        }));
        assertEquals("opened", next());
        assertEquals("oversized 131072", next());
        assertEquals("text still here", next());
    }

    @Test
    void aPingIsAnswered() throws Exception {
        var pong = new CompletableFuture<byte[]>();
        connect(playing((request, in, out) -> {
            out.write(RawBackend.accepting(request));
            out.write(new byte[] {(byte) 0x89, 1, 'x'});
            pong.complete(in.readNBytes(7));
        }));
        assertEquals("opened", next());
        var frame = pong.get(10, TimeUnit.SECONDS);
        assertEquals(0x8a, frame[0] & 0xff);
        assertEquals('x', frame[6] ^ frame[2]);
    }

    @Test
    void aBackendThatDoesNotReadIsCutOff() throws Exception {
        var done = new CompletableFuture<Boolean>();
        var loop = loop();
        var backend = playing((request, in, out) -> {
            out.write(RawBackend.accepting(request));
            done.join();
        });
        var link = connect(loop, "ws", "127.0.0.1", backend.port());
        assertEquals("opened", next());
        var large = "x".repeat(60_000);
        loop.post(() -> {
            for (int i = 0; i < 1_000; i++) {
                link.send(large);
            }
        });
        assertEquals(new LinkEnd.Failed("the backend does not read"), next());
        done.complete(true);
    }

    @Test
    void whatTheBridgeClosesIsClosedWithItsCodeAndSilent() throws Exception {
        var loop = loop();
        var last = new CompletableFuture<byte[]>();
        var backend = playing((request, in, out) -> {
            out.write(RawBackend.accepting(request));
            last.complete(in.readNBytes(8));
            out.write(RawBackend.text("too late"));
        });
        var link = connect(loop, "ws", "127.0.0.1", backend.port());
        assertEquals("opened", next());
        loop.post(() -> link.close(1000, ""));
        assertEquals(1000, code(last.get(10, TimeUnit.SECONDS)));
        Await.until(
                "the socket's end",
                Duration.ofSeconds(10),
                () -> metrics.get("probeline_bridge_sockets").gauge().value() == 0);
        assertTrue(heard.isEmpty(), "heard " + heard);
    }

    @Test
    void aSecretStaysOutOfWhatIsTold() throws Exception {
        connect(playing((request, in, out) -> out.write(("HTTP/1.1 500 "
                        + request.lines()
                                .filter(l -> l.contains("Bearer"))
                                .findFirst()
                                .orElse("") + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII))));
        assertFalse(next().toString().contains("secret"));
    }

    @Test
    void tlsWithACertificateForTheHost(@TempDir Path folder) throws Exception {
        tls = TestTls.context(folder, "dns:localhost");
        var backend = secure((request, in, out) -> {
            out.write(RawBackend.accepting(request));
            out.write(RawBackend.text("sealed"));
            for (int i = 0; i < 20; i++) {
                out.write(new byte[] {(byte) 0x81, 126, (byte) 0xea, 0x60});
                out.write("y".repeat(60_000).getBytes(StandardCharsets.US_ASCII));
            }
            out.write(RawBackend.text("done"));
            in.read();
        });
        connect(loop(), "wss", "localhost", backend.port());
        assertEquals("opened", next());
        assertEquals("text sealed", next());
        for (int i = 0; i < 20; i++) {
            assertEquals(60_005, next().toString().length());
        }
        assertEquals("text done", next());
    }

    @Test
    void tlsWithACertificateForAnotherHostIsRefused(@TempDir Path folder) throws Exception {
        tls = TestTls.context(folder, "dns:elsewhere");
        var backend = secure((request, in, out) -> out.write(RawBackend.accepting(request)));
        connect(loop(), "wss", "localhost", backend.port());
        assertInstanceOf(LinkEnd.Failed.class, next());
        assertTrue(backend.requests.isEmpty(), "the secret was sent");
    }

    @Test
    void tlsWithAnUnknownCertificateIsRefused(@TempDir Path folder) throws Exception {
        var own = TestTls.context(folder, "dns:localhost");
        tls = own;
        var backend = secure((request, in, out) -> out.write(RawBackend.accepting(request)));
        tls = plain();
        connect(loop(), "wss", "localhost", backend.port());
        assertInstanceOf(LinkEnd.Failed.class, next());
        assertTrue(backend.requests.isEmpty(), "the secret was sent");
    }

    @Test
    void tlsMayCarryMuchInBothDirections(@TempDir Path folder) throws Exception {
        tls = TestTls.context(folder, "dns:localhost");
        var read = new CompletableFuture<Integer>();
        var backend = secure((request, in, out) -> {
            out.write(RawBackend.accepting(request));
            read.complete(in.readNBytes(30 * 60_008).length);
        });
        var loop = loop();
        var link = connect(loop, "wss", "localhost", backend.port());
        assertEquals("opened", next());
        var large = "x".repeat(60_000);
        loop.post(() -> {
            for (int i = 0; i < 30; i++) {
                link.send(large);
            }
        });
        assertEquals(30 * 60_008, read.get(20, TimeUnit.SECONDS));
    }

    private RawBackend secure(RawBackend.Script script) throws IOException {
        var backend = RawBackend.on(
                tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")), script);
        parts.push(backend);
        return backend;
    }
}
