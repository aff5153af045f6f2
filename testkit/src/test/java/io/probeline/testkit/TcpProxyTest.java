package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final AtomicLong heard = new AtomicLong();
    private ServerSocket echo;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, LOOPBACK);
        Thread.ofVirtual().start(this::serve);
        proxy = TcpProxy.to(echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void bytesPassUnchangedAndBothHalvesEnd() throws Exception {
        var seed = 17L;
        var sent = new byte[3_000_000];
        new Random(seed).nextBytes(sent);
        try (var socket = connect()) {
            Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(sent);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertArrayEquals(sent, socket.getInputStream().readAllBytes());
        }
        Await.equal("open connections", LIMIT, 0, proxy::open);
        assertEquals(1, proxy.accepted());
    }

    @Test
    void latencyIsThereBothWays() throws Exception {
        proxy.latency(Duration.ofMillis(60));
        try (var socket = connect()) {
            var start = System.nanoTime();
            assertEquals(7, echoed(socket, 7));
            assertTrue(System.nanoTime() - start >= Duration.ofMillis(120).toNanos());
        }
    }

    @Test
    void aCutIsAReset() throws Exception {
        try (var socket = connect()) {
            assertEquals(1, echoed(socket, 1));
            proxy.cut();
            assertThrows(SocketException.class, () -> echoed(socket, 2));
        }
        try (var socket = connect()) {
            assertEquals(3, echoed(socket, 3), "new connections are let in");
        }
    }

    @Test
    void aBlackHoleIsSilentAndHealsWithoutLoss() throws Exception {
        try (var socket = connect()) {
            socket.setSoTimeout(50);
            proxy.blackHole(true);
            assertThrows(SocketTimeoutException.class, () -> echoed(socket, 4));
            assertEquals(0, heard.get());
            proxy.blackHole(false);
            socket.setSoTimeout(5_000);
            assertEquals(4, socket.getInputStream().read());
        }
    }

    @Test
    void answersAloneCanBeHeld() throws Exception {
        try (var socket = connect()) {
            socket.setSoTimeout(50);
            proxy.blackHoleToClient(true);
            assertThrows(SocketTimeoutException.class, () -> echoed(socket, 5));
            Await.equal("bytes that the server has heard", LIMIT, 1L, heard::get);
        }
    }

    @Test
    void refusedMeansThatNobodyListensAndOthersStay() throws Exception {
        try (var old = connect()) {
            assertEquals(1, echoed(old, 1));
            proxy.refuse(true);
            assertThrows(ConnectException.class, this::connect);
            assertEquals(2, echoed(old, 2));
            proxy.refuse(false);
            try (var socket = connect()) {
                assertEquals(6, echoed(socket, 6));
            }
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(LOOPBACK, proxy.port());
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    private static int echoed(Socket socket, int value) throws IOException {
        socket.getOutputStream().write(value);
        return socket.getInputStream().read();
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                var socket = echo.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            var buffer = new byte[8192];
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                heard.addAndGet(n);
                socket.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException e) {
            heard.addAndGet(0);
        }
    }
}
