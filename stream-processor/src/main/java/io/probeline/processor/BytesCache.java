package io.probeline.processor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Objects by the bytes that they were made of, for those that come again with every frame: the ids of a session, the name of a metric. One is made and checked when
 * its bytes are new; after that it is found. Each has four places where it may be; where all are taken one is given up, so what is held is bounded whatever comes.
 *
 * <p>Owned by one thread.
 */
final class BytesCache<T> {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Fibonacci hashing: the high bits of the product are well mixed. */
    private static final long MIX = 0x9E3779B97F4A7C15L;

    /** Makes one of these bytes, or nothing where they are not valid. */
    interface Maker<T> {
        @Nullable
        T make(byte[] from, int offset, int length);
    }

    /** Places beside each other where one may be, a power of two. */
    private static final int WAYS = 4;

    private final byte[] @Nullable [] keys;
    private final @Nullable Object[] values;
    private final int shift;
    private final Maker<T> maker;
    private int turn;

    /**
     * An empty one.
     *
     * @param bits it holds at most {@code 1 << bits} objects
     */
    BytesCache(int bits, Maker<T> maker) {
        this.keys = new byte[1 << bits][];
        this.values = new Object[1 << bits];
        this.shift = Long.SIZE - bits;
        this.maker = maker;
    }

    /** What these bytes are, nothing where they are not valid. */
    @Nullable
    T of(byte[] from, int offset, int length) {
        int first = (int) (hash(from, offset, length) >>> shift) & -WAYS;
        for (int place = first; place < first + WAYS; place++) {
            var known = keys[place];
            if (known == null) {
                break;
            }
            if (Arrays.equals(known, 0, known.length, from, offset, offset + length)) {
                return value(place);
            }
        }
        return make(first, from, offset, length);
    }

    private @Nullable T make(int first, byte[] from, int offset, int length) {
        var made = maker.make(from, offset, length);
        if (made != null) {
            int place = first;
            while (place < first + WAYS && keys[place] != null) {
                place++;
            }
            if (place == first + WAYS) {
                place = first + (turn++ & (WAYS - 1));
            }
            keys[place] = Arrays.copyOfRange(from, offset, offset + length);
            values[place] = made;
        }
        return made;
    }

    @SuppressWarnings("unchecked")
    private @Nullable T value(int place) {
        return (T) values[place];
    }

    /** Eight bytes at a time; the last eight overlap those before, which is quicker than going through the rest one by one. */
    private static long hash(byte[] from, int offset, int length) {
        long hash = length;
        int last = offset + length - Long.BYTES;
        if (last < offset) {
            for (int at = offset; at < offset + length; at++) {
                hash = (hash << Byte.SIZE) ^ from[at];
            }
        } else {
            for (int at = offset; at < last; at += Long.BYTES) {
                hash = Long.rotateLeft(hash * MIX, 29) ^ (long) LONGS.get(from, at);
            }
            hash = Long.rotateLeft(hash * MIX, 29) ^ (long) LONGS.get(from, last);
        }
        // Twice, so that each byte reaches the high bits, which choose the place.
        long mixed = hash * MIX;
        return (mixed ^ (mixed >>> 32)) * MIX;
    }
}
