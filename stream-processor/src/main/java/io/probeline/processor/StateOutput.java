package io.probeline.processor;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a state while they are written, in the format of {@link DataOutputStream}. A state is written for each active interaction and commit, in small
 * pieces, so it is plain memory: no lock and no copy for each piece. Owned by one thread.
 */
final class StateOutput {
    private byte[] bytes = new byte[1 << 10];
    private ByteBuffer buffer = ByteBuffer.wrap(bytes);

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, buffer.position());
    }

    void writeByte(int value) {
        room(Byte.BYTES).put((byte) value);
    }

    void writeBoolean(boolean value) {
        writeByte(value ? 1 : 0);
    }

    void writeInt(int value) {
        room(Integer.BYTES).putInt(value);
    }

    void writeLong(long value) {
        room(Long.BYTES).putLong(value);
    }

    void writeDouble(double value) {
        room(Double.BYTES).putDouble(value);
    }

    void writeUTF(String text) {
        // Ids and names are ASCII nearly always; what is not is rare enough for the library's own writer.
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length != text.length() || text.indexOf('\0') >= 0) {
            write(modified(text));
            return;
        }
        room(Short.BYTES + utf8.length).putShort((short) utf8.length).put(utf8);
    }

    private void write(byte[] more) {
        room(more.length).put(more);
    }

    private static byte[] modified(String text) {
        var out = new ByteArrayOutputStream();
        try (var data = new DataOutputStream(out)) {
            data.writeUTF(text);
        } catch (IOException e) {
            throw new UncheckedIOException("a text of a state is too long", e);
        }
        return out.toByteArray();
    }

    private ByteBuffer room(int more) {
        if (buffer.remaining() < more) {
            int written = buffer.position();
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, written + more));
            buffer = ByteBuffer.wrap(bytes).position(written);
        }
        return buffer;
    }
}
