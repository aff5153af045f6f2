package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketchProtoBinding;
import com.datadoghq.sketch.ddsketch.mapping.CubicallyInterpolatedMapping;
import com.datadoghq.sketch.ddsketch.store.SparseStore;
import com.datadoghq.sketch.ddsketch.store.Store;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Sketches as a consumer of {@code aggregates} reads and merges them. */
class SketchTest {
    private static final long SEED = Long.getLong("seed", 20_261_124);
    private static final double[] QUANTILES = {0, 0.05, 0.5, 0.9, 0.95, 0.99, 1};

    private final Random random = new Random(SEED);

    @Test
    void aQuantileIsWithinOnePercent() throws InvalidProtocolBufferException {
        System.out.println("seed " + SEED);
        for (int round = 0; round < 200; round++) {
            var values = values(1 + random.nextInt(300), shape(round));
            var read = read(sketch(values).bytes());
            assertEquals(values.length, read.getCount());
            assertQuantiles(values, read);
        }
    }

    /** What two windows say together is what one window over both would say. */
    @Test
    void mergedSketchesAreTheSketchOfAllValues() throws InvalidProtocolBufferException {
        for (int round = 0; round < 100; round++) {
            var first = values(50, shape(round));
            var second = values(1 + random.nextInt(50), shape(round));
            var merged = read(sketch(first).bytes());
            merged.mergeWith(read(sketch(second).bytes()));
            var all = DoubleStream.concat(Arrays.stream(first), Arrays.stream(second))
                    .toArray();
            var whole = read(sketch(all).bytes());
            for (double quantile : QUANTILES) {
                assertEquals(whole.getValueAtQuantile(quantile), merged.getValueAtQuantile(quantile));
            }
            assertQuantiles(all, merged);
        }
    }

    @Test
    void theSameValuesInAnyOrderAreTheSameBytes() {
        var values = values(200, shape(0));
        var there = sketch(values).bytes();
        for (int i = 0; i < values.length / 2; i++) {
            double kept = values[i];
            values[i] = values[values.length - 1 - i];
            values[values.length - 1 - i] = kept;
        }
        assertEquals(there, sketch(values).bytes());
    }

    @Test
    void everyFiniteNumberHasABucket() throws InvalidProtocolBufferException {
        var read = read(sketch(new double[] {-Double.MAX_VALUE, Double.MIN_VALUE, 1e300, Double.MAX_VALUE})
                .bytes());
        assertEquals(4, read.getCount());
        assertEquals(1, read.getMaxValue() / Double.MAX_VALUE, 2 * Sketch.ACCURACY);
        assertEquals(1, read.getMinValue() / -Double.MAX_VALUE, 2 * Sketch.ACCURACY);
    }

    @Test
    void aWildDeviceCanNotMakeItLarge() throws InvalidProtocolBufferException {
        var values =
                values(5_000, () -> Math.pow(10, random.nextDouble() * 200 - 100) * (random.nextBoolean() ? 1 : -1));
        var sketch = sketch(values);
        assertEquals(Bins.MOST, sketch.positive().size());
        assertTrue(sketch.bytes().remaining() < 8_192, "bytes " + sketch.bytes().remaining());
        Arrays.sort(values);
        // The highest are kept apart; what was folded is far below them.
        assertEquals(1, read(sketch.bytes()).getMaxValue() / values[values.length - 1], Sketch.ACCURACY);
    }

    @Test
    void clearedItIsAsNew() {
        var sketch = sketch(1, 2, -3, 0);
        sketch.clear();
        assertEquals(new Sketch().bytes(), sketch.bytes());
    }

    /** Both signs, zeros, the bucket of 1, which is 0, and as many buckets as there may be; none at all, too. */
    @Test
    void itsBytesAreTheLibrarysOwn() {
        assertEquals(ofLibrary(new Sketch()), new Sketch().bytes());
        for (int round = 0; round < 400; round++) {
            int most = 1 << (1 + random.nextInt(12));
            var sketch = sketch(values(random.nextInt(most), shape(round)));
            if (round % 3 == 0) {
                sketch.add(1);
                sketch.add(0);
            }
            assertEquals(ofLibrary(sketch), sketch.bytes(), "round " + round + ", seed " + SEED);
        }
        var wide = sketch(values(
                5_000, () -> Math.pow(10, random.nextDouble() * 600 - 300) * (random.nextBoolean() ? 1 : -1)));
        assertEquals(ofLibrary(wide), wide.bytes(), "seed " + SEED);
    }

    private static ByteBuffer ofLibrary(Sketch sketch) {
        return DDSketch.of(
                        new CubicallyInterpolatedMapping(Sketch.ACCURACY),
                        store(sketch.negative()),
                        store(sketch.positive()),
                        (double) sketch.zeros())
                .serialize();
    }

    private static Store store(Bins bins) {
        var store = new SparseStore();
        for (int at = 0; at < bins.size(); at++) {
            store.add(bins.bucket(at), bins.count(at));
        }
        return store;
    }

    private DoubleSupplier shape(int round) {
        return switch (round % 4) {
            case 0 -> () -> -70 + random.nextGaussian() * 10;
            case 1 -> () -> Math.exp(random.nextGaussian() * 3);
            case 2 -> () -> random.nextInt(3);
            default -> () -> random.nextGaussian();
        };
    }

    private static double[] values(int count, DoubleSupplier source) {
        return DoubleStream.generate(source).limit(count).toArray();
    }

    private static Sketch sketch(double... values) {
        var sketch = new Sketch();
        Arrays.stream(values).forEach(sketch::add);
        return sketch;
    }

    private static DDSketch read(ByteBuffer bytes) throws InvalidProtocolBufferException {
        var proto = com.datadoghq.sketch.ddsketch.proto.DDSketch.parseFrom(bytes);
        return DDSketchProtoBinding.fromProto(UnboundedSizeDenseStore::new, proto);
    }

    private static void assertQuantiles(double[] values, DDSketch sketch) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        for (double quantile : QUANTILES) {
            double exact = sorted[(int) Math.floor(quantile * (sorted.length - 1))];
            assertEquals(
                    exact,
                    sketch.getValueAtQuantile(quantile),
                    Math.abs(exact) * Sketch.ACCURACY * 1.000001 + 1e-12,
                    "quantile " + quantile + " of " + sorted.length + ", seed " + SEED);
        }
    }
}
