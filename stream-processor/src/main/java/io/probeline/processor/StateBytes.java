package io.probeline.processor;

import io.probeline.record.Level;
import java.io.DataInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The small pieces that a state in the changelog is made of. */
final class StateBytes {
    private StateBytes() {}

    static Level level(DataInputStream in) throws IOException {
        byte code = in.readByte();
        return switch (code) {
            case 0 -> Level.OK;
            case 1 -> Level.WARN;
            case 2 -> Level.CRITICAL;
            default -> throw new IOException("no level has the code " + code);
        };
    }

    static void writeLevel(Level level, StateOutput out) {
        out.writeByte(
                switch (level) {
                    case OK -> 0;
                    case WARN -> 1;
                    case CRITICAL -> 2;
                });
    }

    static void writeText(@Nullable String text, StateOutput out) {
        out.writeBoolean(text != null);
        if (text != null) {
            out.writeUTF(text);
        }
    }

    static @Nullable String text(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readUTF() : null;
    }

    /** Seven bits a byte, least first: most counts are small. */
    static void writeCount(long count, StateOutput out) {
        long left = count;
        while ((left & ~0x7fL) != 0) {
            out.writeByte((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.writeByte((int) left);
    }

    static long count(DataInputStream in) throws IOException {
        long count = 0;
        for (int shift = 0; ; shift += 7) {
            byte part = in.readByte();
            count |= (part & 0x7fL) << shift;
            if (part >= 0) {
                return count;
            }
        }
    }
}
