package io.probeline.processor;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.mapping.CubicallyInterpolatedMapping;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import com.datadoghq.sketch.ddsketch.store.SparseStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The quantiles of one metric in one window, as a DDSketch: any quantile within {@link #ACCURACY} of the true value, and sketches add up. While the window is open
 * it is buckets and counts, which are cheap to keep and to write to the changelog; the library's protocol buffer is written once, when the window closes (ADR 13).
 *
 * <p>The mapping to buckets is arithmetic on the number's bits, no logarithm, so that every machine finds the same bytes.
 */
final class Sketch {
    /** Relative: 1 %. */
    static final double ACCURACY = 0.01;

    private static final IndexMapping MAPPING = new CubicallyInterpolatedMapping(ACCURACY);

    /** Fields of the protocol buffers {@code DDSketch}, {@code Store} and the entries of its map, each with its wire type. */
    private static final byte POSITIVE = 0x12;

    private static final byte NEGATIVE = 0x1a;
    private static final byte ZEROS = 0x21;
    private static final byte BIN = 0x0a;
    private static final byte BUCKET = 0x08;
    private static final byte COUNT = 0x11;

    /** How each sketch begins: with the mapping, as the library writes it. */
    private static final byte[] HEAD = head();

    private final Bins positive;
    private final Bins negative;
    private long zeros;

    Sketch() {
        this(new Bins(), new Bins(), 0);
    }

    Sketch(Bins positive, Bins negative, long zeros) {
        this.positive = positive;
        this.negative = negative;
        this.zeros = zeros;
    }

    void add(double value) {
        // What is beyond the last bucket, which only a number near the largest is, falls into it.
        double size = Math.min(Math.abs(value), MAPPING.maxIndexableValue());
        if (size < MAPPING.minIndexableValue()) {
            zeros++;
        } else {
            (value > 0 ? positive : negative).add(MAPPING.index(size));
        }
    }

    void clear() {
        positive.clear();
        negative.clear();
        zeros = 0;
    }

    Bins positive() {
        return positive;
    }

    Bins negative() {
        return negative;
    }

    long zeros() {
        return zeros;
    }

    /** Protocol buffer {@code DDSketch}, byte for byte as Datadog's library writes it, which reads it in every language. */
    ByteBuffer bytes() {
        int above = length(positive);
        int below = length(negative);
        int zero = zeros == 0 ? 0 : 1 + Double.BYTES;
        var out = ByteBuffer.allocate(HEAD.length + 1 + length(above) + above + 1 + length(below) + below + zero)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(HEAD);
        write(POSITIVE, above, positive, out);
        write(NEGATIVE, below, negative, out);
        if (zeros > 0) {
            out.put(ZEROS).putDouble((double) zeros);
        }
        return out.flip();
    }

    /** An empty sketch of the library is its mapping and two stores of which each is a tag and no length. */
    private static byte[] head() {
        var empty =
                DDSketch.of(MAPPING, new SparseStore(), new SparseStore(), 0).serialize();
        var head = new byte[empty.remaining() - 4];
        empty.get(head);
        return head;
    }

    private static void write(byte field, int length, Bins bins, ByteBuffer out) {
        write(length, out.put(field));
        for (int at = 0; at < bins.size(); at++) {
            int bucket = zigZag(bins.bucket(at));
            write(1 + length(bucket) + 1 + Double.BYTES, out.put(BIN));
            write(bucket, out.put(BUCKET));
            out.put(COUNT).putDouble(bins.count(at));
        }
    }

    private static int length(Bins bins) {
        int length = 0;
        for (int at = 0; at < bins.size(); at++) {
            // A bin with its own length in front, which is one byte: it has at most sixteen.
            length += 1 + 1 + 1 + length(zigZag(bins.bucket(at))) + 1 + Double.BYTES;
        }
        return length;
    }

    private static int zigZag(int number) {
        return (number << 1) ^ (number >> (Integer.SIZE - 1));
    }

    /** Of a variable-length number: seven bits in each byte. */
    private static int length(int number) {
        return (Integer.SIZE - Integer.numberOfLeadingZeros(number | 1) + 6) / 7;
    }

    private static void write(int number, ByteBuffer out) {
        int left = number;
        while ((left & ~0x7f) != 0) {
            out.put((byte) (left | 0x80));
            left >>>= 7;
        }
        out.put((byte) left);
    }
}
