package io.probeline.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes to and from a connected socket, in the clear or through TLS, never waiting. For the device loop's thread only. */
sealed interface Transport permits Transport.Plain, TlsTransport {
    /** Goes on with whatever must come before the first byte; true once bytes may flow. */
    boolean ready() throws IOException;

    /** Reads what is there; -1 at the end. {@code into} must have room for {@link TlsTransport#RECORD} at least. */
    int read(ByteBuffer into) throws IOException;

    /** Whether it holds bytes that had no room in the last read: the selector knows nothing of them. */
    boolean more();

    /** Writes what the socket takes; true once all of {@code from} has been taken. */
    boolean write(ByteBuffer from) throws IOException;

    /** Whether the socket is to say when it can be written again. */
    boolean pending();

    /** Says goodbye as far as that does not wait; closing the socket is the caller's. */
    void close();

    /** Without TLS. */
    record Plain(SocketChannel socket) implements Transport {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return socket.read(into);
        }

        @Override
        public boolean more() {
            return false;
        }

        @Override
        public boolean write(ByteBuffer from) throws IOException {
            socket.write(from);
            return !from.hasRemaining();
        }

        @Override
        public boolean pending() {
            return false;
        }

        @Override
        public void close() {}
    }
}
