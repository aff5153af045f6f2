package io.probeline.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * TLS over a socket that never waits. The costly steps of its handshake (keys, certificates) run on the executor, so that ten
 * thousand handshakes don't hold up ten thousand devices. Between calls it keeps only what is left of an incomplete record.
 */
final class TlsTransport implements Transport {
    /** More than any TLS record, sealed or open. */
    static final int RECORD = 17 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Room to work in, shared by all connections of one loop. */
    record Scratch(ByteBuffer sealed, ByteBuffer open) {
        Scratch() {
            this(ByteBuffer.allocate(3 * RECORD), ByteBuffer.allocate(RECORD));
        }
    }

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final Scratch scratch;
    private final Executor tasks;
    private final Runnable progress;
    private byte[] received = new byte[0];
    private ByteBuffer toSend = NOTHING;
    private boolean begun;
    private boolean ready;
    private boolean ended;
    private boolean more;

    /** The engine is the executor's while this is true; {@link #stepDone} hands it back, on the loop. */
    private boolean busy;

    /** @param progress called on the executor when a step is done: it must bring the loop to call {@link #stepDone} and {@link #ready} */
    TlsTransport(SocketChannel socket, SSLEngine engine, Scratch scratch, Executor tasks, Runnable progress) {
        this.socket = socket;
        this.engine = engine;
        this.scratch = scratch;
        this.tasks = tasks;
        this.progress = progress;
    }

    void stepDone() {
        busy = false;
    }

    @Override
    public boolean ready() throws IOException {
        if (!begun) {
            begun = true;
            engine.beginHandshake();
        }
        while (!ready && !busy) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> step();
                case NEED_WRAP -> {
                    if (!flush() || !wrap(NOTHING)) {
                        return false;
                    }
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!unwrap(scratch.open().clear())) {
                        if (ended) {
                            throw new SSLException("the connection ended within the TLS handshake");
                        }
                        return false;
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> ready = true;
            }
        }
        return ready && flush();
    }

    private void step() {
        var task = engine.getDelegatedTask();
        if (task == null) {
            return;
        }
        busy = true;
        tasks.execute(() -> {
            try {
                task.run();
            } finally {
                progress.run();
            }
        });
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int before = into.position();
        boolean some = true;
        while (some) {
            some = unwrap(into);
            // A rekeying of the other side wants an answer; it is rare and short, so it is made here.
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                engine.getDelegatedTask().run();
            } else if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && (!flush() || !wrap(NOTHING))) {
                break;
            }
        }
        int read = into.position() - before;
        return read == 0 && ended ? -1 : read;
    }

    @Override
    public boolean more() {
        return more;
    }

    /** Opens the records that are there; false when there is none, or no room for one. */
    private boolean unwrap(ByteBuffer into) throws IOException {
        var sealed = scratch.sealed().clear().put(received);
        if (!ended && socket.read(sealed) < 0) {
            ended = true;
        }
        sealed.flip();
        int held = sealed.remaining();
        SSLEngineResult result;
        do {
            result = engine.unwrap(sealed, into);
        } while (result.getStatus() == Status.OK
                && result.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
                && sealed.hasRemaining());
        ended |= result.getStatus() == Status.CLOSED;
        more = result.getStatus() == Status.BUFFER_OVERFLOW;
        boolean some = sealed.remaining() < held;
        received = rest(sealed);
        return some;
    }

    @Override
    public boolean write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            if (!flush() || !wrap(from)) {
                return false;
            }
        }
        return flush();
    }

    /** Seals one record, or what a handshake wants to say. */
    private boolean wrap(ByteBuffer from) throws IOException {
        var sealed = scratch.sealed().clear();
        var result = engine.wrap(from, sealed);
        sealed.flip();
        socket.write(sealed);
        if (sealed.hasRemaining()) {
            toSend = ByteBuffer.wrap(rest(sealed));
        }
        return result.getStatus() == Status.OK;
    }

    private static byte[] rest(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private boolean flush() throws IOException {
        if (toSend.hasRemaining()) {
            socket.write(toSend);
        }
        return !toSend.hasRemaining();
    }

    @Override
    public boolean pending() {
        return toSend.hasRemaining();
    }

    @Override
    public void close() {
        try {
            engine.closeOutbound();
            // A dial that is given up may not have come as far as a connection, and there is nobody to take leave of.
            if (socket.isConnected() && !busy && flush()) {
                wrap(NOTHING);
            }
        } catch (IOException e) {
            // The socket is closed next, which the other side sees in place of a close_notify.
            toSend = NOTHING;
        }
    }
}
