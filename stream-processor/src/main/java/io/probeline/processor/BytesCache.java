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

    private static final class Entry<T> {
        private final byte[] bytes;
        private final T value;

        Entry(byte[] bytes, T value) {
            this.bytes = bytes;
            this.value = value;
        }
    }

    /** Places beside each other where one may be, a power of two. */
    private static final int WAYS = 4;

    private final @Nullable Entry<T>[] entries;
    private final int shift;
    private final Maker<T> maker;
    private int turn;

    /**
     * An empty one.
     *
     * @param bits it holds at most {@code 1 << bits} objects
     */
    @SuppressWarnings("unchecked")
    BytesCache(int bits, Maker<T> maker) {
        this.entries = (@Nullable Entry<T>[]) new Entry<?>[1 << bits];
        this.shift = Long.SIZE - bits;
        this.maker = maker;
    }

    /** What these bytes are, nothing where they are not valid. */
    @Nullable
    T of(byte[] from, int offset, int length) {
        int first = (int) (hash(from, offset, length) >>> shift) & -WAYS;
        for (int place = first; place < first + WAYS; place++) {
            var known = entries[place];
            if (known == null) {
                break;
            }
            if (Arrays.equals(known.bytes, 0, known.bytes.length, from, offset, offset + length)) {
                return known.value;
            }
        }
        return make(first, from, offset, length);
    }

    private @Nullable T make(int first, byte[] from, int offset, int length) {
        var made = maker.make(from, offset, length);
        if (made != null) {
            int place = first;
            while (place < first + WAYS && entries[place] != null) {
                place++;
            }
            if (place == first + WAYS) {
                place = first + (turn++ & (WAYS - 1));
            }
            entries[place] = new Entry<>(Arrays.copyOfRange(from, offset, offset + length), made);
        }
        return made;
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
