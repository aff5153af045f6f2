package io.probeline.bridge;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;

/** A backend that says on its sockets just what the test wants, byte by byte. */
final class RawBackend implements Closeable {
    private static final Pattern KEY = Pattern.compile("(?i)Sec-WebSocket-Key: (\\S+)");

    /** What it does with a connection whose opening request it has read. */
    interface Script {
        void play(String request, InputStream in, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final Script script;
    final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

    private RawBackend(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
    }

    static RawBackend playing(Script script) throws IOException {
        return on(new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")), script);
    }

    /** On a listener of the test's own, which may speak TLS. */
    static RawBackend on(ServerSocket listener, Script script) {
        var backend = new RawBackend(listener, script);
        Thread.startVirtualThread(backend::listen);
        return backend;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException e) {
                // Closed, by the test's end.
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = socket.getInputStream();
            var request = new ByteArrayOutputStream();
            while (!request.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                request.write(next);
            }
            requests.add(request.toString(StandardCharsets.US_ASCII));
            script.play(request.toString(StandardCharsets.US_ASCII), in, socket.getOutputStream());
        } catch (IOException e) {
            // The bridge has gone, which its side of the test judges.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The right answer to an opening request, with these header lines more. */
    static byte[] accepting(String request, String... lines) {
        var key = KEY.matcher(request);
        if (!key.find()) {
            throw new AssertionError("no key in " + request);
        }
        var head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(key.group(1)) + "\r\n";
        for (var line : lines) {
            head += line + "\r\n";
        }
        return (head + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String accept(String key) {
        try {
            var sha = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(sha.digest(
                            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] text(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var frame = new byte[bytes.length + 2];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) bytes.length;
        System.arraycopy(bytes, 0, frame, 2, bytes.length);
        return frame;
    }

    static byte[] close(int code) {
        return new byte[] {(byte) 0x88, 2, (byte) (code >> 8), (byte) code};
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
