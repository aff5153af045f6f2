package io.probeline.processor;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.mapping.CubicallyInterpolatedMapping;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import com.datadoghq.sketch.ddsketch.store.SparseStore;
import com.datadoghq.sketch.ddsketch.store.Store;
import java.nio.ByteBuffer;

/**
 * The quantiles of one metric in one window, as a DDSketch: any quantile within {@link #ACCURACY} of the true value, and sketches add up. While the window is open
 * it is buckets and counts, which are cheap to keep and to write to the changelog; the library's sketch is made once, when the window closes (ADR 13).
 *
 * <p>The mapping to buckets is arithmetic on the number's bits, no logarithm, so that every machine finds the same bytes.
 */
final class Sketch {
    /** Relative: 1 %. */
    static final double ACCURACY = 0.01;

    private static final IndexMapping MAPPING = new CubicallyInterpolatedMapping(ACCURACY);

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
        double size = Math.abs(value);
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

    /** Protocol buffer {@code DDSketch}, as Datadog's libraries write and read it in every language. */
    ByteBuffer bytes() {
        return DDSketch.of(MAPPING, store(negative), store(positive), (double) zeros)
                .serialize();
    }

    private static Store store(Bins bins) {
        var store = new SparseStore();
        for (int at = 0; at < bins.size(); at++) {
            store.add(bins.bucket(at), bins.count(at));
        }
        return store;
    }
}
