package io.probeline.testkit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A WebSocket client of a page, on a bare socket: it does only what its test says, so it can leave a close frame
 * unanswered, stop reading, or end without a word.
 */
final class DeviceWireClient implements Closeable {
    private final Socket socket;
    private final DataInputStream in;
    private final String statusLine;
    private final List<String> headers;

    /** A frame as it came. */
    record Frame(int opcode, ByteBuffer payload) {
        String text() {
            return StandardCharsets.UTF_8.decode(payload.duplicate()).toString();
        }

        int closeCode() {
            return payload.getShort(0);
        }
    }

    private DeviceWireClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        var lines = new ArrayList<String>();
        for (var line = readLine(); !line.isEmpty(); line = readLine()) {
            lines.add(line);
        }
        this.statusLine = lines.getFirst();
        this.headers = lines;
    }

    /** With everything that the protocol's page asks for. */
    static DeviceWireClient connect(DeviceBackend backend, String deviceId, String secret) throws IOException {
        return connect(
                backend,
                "/v1/devices/" + deviceId + "/session",
                "Authorization: Bearer " + secret,
                "X-Interaction-Id: interaction-1",
                "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "Sec-WebSocket-Protocol: probeline.v1");
    }

    static DeviceWireClient connect(DeviceBackend backend, String path, String... headers) throws IOException {
        return new DeviceWireClient(request(backend, path, headers));
    }

    /** Sends the request and leaves it at that. */
    static Socket request(DeviceBackend backend, String path, String... headers) throws IOException {
        var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), backend.port());
        socket.setSoTimeout(10_000);
        var request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private String readLine() throws IOException {
        var line = new StringBuilder();
        for (var c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        return line.toString().trim();
    }

    int status() {
        return Integer.parseInt(statusLine.substring(9, 12));
    }

    Optional<String> header(String name) {
        var prefix = name + ": ";
        return headers.stream()
                .filter(h -> h.regionMatches(true, 0, prefix, 0, prefix.length()))
                .map(h -> h.substring(prefix.length()))
                .findFirst();
    }

    void send(String text) throws IOException {
        write(frame(0x1, text.getBytes(StandardCharsets.UTF_8)));
    }

    void sendClose(int code) throws IOException {
        write(frame(0x8, ByteBuffer.allocate(2).putShort((short) code).array()));
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** A masked frame; a mask of zeros is one. */
    static byte[] frame(int opcode, byte[] payload) {
        var out = new ByteArrayOutputStream();
        out.write(0x80 | opcode);
        if (payload.length < 126) {
            out.write(0x80 | payload.length);
        } else {
            out.write(0x80 | 126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        }
        out.writeBytes(new byte[4]);
        out.writeBytes(payload);
        return out.toByteArray();
    }

    Frame read() throws IOException {
        var opcode = in.readUnsignedByte() & 0x0f;
        var length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        }
        var payload = new byte[length];
        in.readFully(payload);
        return new Frame(opcode, ByteBuffer.wrap(payload));
    }

    /** The next frame of this type, whatever came before it. */
    Frame read(String type) throws IOException {
        var frame = read();
        while (!frame.text().contains("\"type\":\"" + type + "\"")) {
            frame = read();
        }
        return frame;
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
