package io.probeline.bridge;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.java_websocket.enums.Opcode;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.exceptions.InvalidFrameException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.FramedataImpl1;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6455 framing as a client reads it, in place of the library's: a whole text frame is handed on where it lies in the read
 * buffer, uncopied; and one over 64 KiB is passed over, where the library would end the connection.
 *
 * <p>Holds memory only while a message is incomplete, and never more than 64 KiB.
 */
final class FrameReader {
    /** The largest message of the device protocol. */
    static final int MOST = 64 * 1024;

    /** What is kept of a message that is refused: as much as goes into a dead letter. */
    static final int KEPT = 1024;

    private static final int MOST_CONTROL = 125;
    private static final int LONGEST_HEADER = 10;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    /** Where messages go. The bytes are the reader's own again when the call returns. */
    interface Sink {
        void text(byte[] bytes, int offset, int length);

        /** @param head its first bytes, at most {@link #KEPT} */
        void binary(byte[] head, long size);

        /** @param head its first bytes, at most {@link #KEPT} */
        void oversized(byte[] head, long size);
    }

    private final Sink sink;
    private final byte[] header = new byte[LONGEST_HEADER];
    private int headed;

    private boolean within;
    private int opcode;
    private boolean last;
    private long left;

    /** TEXT or BINARY while a message is under way, else CONTINUATION. */
    private int message = CONTINUATION;

    private long size;
    private byte @Nullable [] held;
    private int filled;

    private int closeCode;

    FrameReader(Sink sink) {
        this.sink = sink;
    }

    /** Reads all of {@code in}, an array's; messages go to the sink, control frames to the list, in order. Nothing after a close frame is read. */
    void read(ByteBuffer in, List<Framedata> control) throws InvalidDataException {
        while (within || header(in)) {
            if (opcode >= CLOSE) {
                var frame = controlFrame(in);
                if (frame == null) {
                    return;
                }
                control.add(frame);
                if (opcode == CLOSE) {
                    in.position(in.limit());
                    return;
                }
            } else if (!data(in)) {
                return;
            }
        }
    }

    /** What the close frame said; the library's takes none for 1000, which would end the session. */
    int closeCode() {
        return closeCode;
    }

    /** @return whether the header is complete, and the frame begun */
    private boolean header(ByteBuffer in) throws InvalidDataException {
        while (in.hasRemaining()) {
            header[headed++] = in.get();
            if (headed >= 2 && headed == headerLength()) {
                begin();
                headed = 0;
                within = true;
                return true;
            }
        }
        return false;
    }

    private int headerLength() {
        return switch (header[1] & 0x7f) {
            case 126 -> 4;
            case 127 -> LONGEST_HEADER;
            default -> 2;
        };
    }

    private void begin() throws InvalidDataException {
        opcode = header[0] & 0x0f;
        last = (header[0] & 0x80) != 0;
        left = length();
        require((header[0] & 0x70) == 0, "a reserved bit is set, and no extension was agreed upon");
        require((header[1] & 0x80) == 0, "a server does not mask");
        require(left >= 0, "a length of more than 63 bits");
        switch (opcode) {
            case CONTINUATION -> require(message != CONTINUATION, "a continuation of nothing");
            case TEXT, BINARY -> {
                require(message == CONTINUATION, "a new message within another");
                message = opcode;
                size = 0;
                filled = 0;
            }
            case CLOSE, PING, PONG -> require(last && left <= MOST_CONTROL, "a control frame is whole and short");
            default -> throw new InvalidFrameException("opcode " + opcode);
        }
    }

    private long length() {
        int coded = header[1] & 0x7f;
        var bytes = ByteBuffer.wrap(header);
        return coded < 126 ? coded : coded == 126 ? bytes.getShort(2) & 0xffff : bytes.getLong(2);
    }

    /** Control frames may come between the frames of a message, so they have a place of their own. */
    private byte[] controlBytes = new byte[0];

    private int controlFilled;

    private @Nullable Framedata controlFrame(ByteBuffer in) throws InvalidDataException {
        if (controlFilled == 0) {
            controlBytes = new byte[(int) left];
        }
        int some = (int) Math.min(left, in.remaining());
        in.get(controlBytes, controlFilled, some);
        controlFilled += some;
        left -= some;
        if (left > 0) {
            return null;
        }
        within = false;
        controlFilled = 0;
        if (opcode == CLOSE) {
            require(controlBytes.length != 1, "a close code has two bytes");
            closeCode = controlBytes.length == 0
                    ? CloseFrame.NOCODE
                    : ByteBuffer.wrap(controlBytes).getShort() & 0xffff;
            // The library takes a reason in another encoding for none, and falls over that.
            require(controlBytes.length == 0 || utf8(controlBytes, Short.BYTES), "a close reason is UTF-8");
        }
        var frame = FramedataImpl1.get(opcode == CLOSE ? Opcode.CLOSING : opcode == PING ? Opcode.PING : Opcode.PONG);
        frame.setPayload(ByteBuffer.wrap(controlBytes));
        frame.isValid();
        return frame;
    }

    private static boolean utf8(byte[] bytes, int from) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, bytes.length - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** @return whether the frame is complete */
    private boolean data(ByteBuffer in) {
        if (message == TEXT && last && size == 0 && left <= Math.min(MOST, in.remaining())) {
            int length = (int) left;
            int at = in.position();
            in.position(at + length);
            within = false;
            message = CONTINUATION;
            sink.text(in.array(), in.arrayOffset() + at, length);
            return true;
        }
        hold(in);
        if (left > 0) {
            return false;
        }
        within = false;
        if (last) {
            deliver();
        }
        return true;
    }

    private void hold(ByteBuffer in) {
        int some = (int) Math.min(left, in.remaining());
        int wanted = message == TEXT && size + left <= MOST ? MOST : KEPT;
        int kept = Math.min(some, Math.max(0, wanted - filled));
        if (kept > 0) {
            long soon = Math.min(wanted, last ? filled + left : Math.max(filled + left, 2L * filled));
            held = room(held, filled, (int) soon);
            in.get(held, filled, kept);
            filled += kept;
        }
        in.position(in.position() + some - kept);
        size += some;
        left -= some;
    }

    private static byte[] room(byte @Nullable [] before, int filled, int wanted) {
        if (before == null) {
            return new byte[wanted];
        }
        return before.length >= wanted ? before : Arrays.copyOf(before, Math.max(wanted, filled));
    }

    private void deliver() {
        var bytes = held == null ? new byte[0] : held;
        boolean text = message == TEXT;
        message = CONTINUATION;
        held = null;
        if (text && size <= MOST) {
            sink.text(bytes, 0, filled);
        } else if (text) {
            sink.oversized(Arrays.copyOf(bytes, Math.min(KEPT, filled)), size);
        } else {
            sink.binary(Arrays.copyOf(bytes, Math.min(KEPT, filled)), size);
        }
    }

    private static void require(boolean holds, String otherwise) throws InvalidDataException {
        if (!holds) {
            throw new InvalidDataException(CloseFrame.PROTOCOL_ERROR, otherwise);
        }
    }
}
