package io.probeline.bench;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.encoding.Input;
import com.datadoghq.sketch.ddsketch.encoding.Output;
import com.datadoghq.sketch.ddsketch.mapping.CubicallyInterpolatedMapping;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import io.probeline.record.Level;
import io.probeline.record.MetricAggregate;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One metric in one window, as a rival holds it: the library's sketch with its fastest store, to the accuracy of the processor's. */
final class MetricTally {
    /** Bytes of its numbers. */
    static final int NUMBERS = 4 * Double.BYTES + Long.BYTES;

    private static final IndexMapping MAPPING = new CubicallyInterpolatedMapping(0.01);

    private final DDSketch sketch;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double sum;
    private double last;
    private long count;

    MetricTally() {
        this(new DDSketch(MAPPING, UnboundedSizeDenseStore::new));
    }

    private MetricTally(DDSketch sketch) {
        this.sketch = sketch;
    }

    void add(double value) {
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
        last = value;
        count++;
        sketch.accept(value);
    }

    MetricAggregate aggregate(String unit) {
        return MetricAggregate.newBuilder()
                .setMin(min)
                .setMax(max)
                .setAvg(sum / count)
                .setSum(sum)
                .setLast(last)
                .setCount(count)
                .setUnit(unit)
                .setLevel(Level.OK)
                .setSketch(sketch.serialize())
                .build();
    }

    /** Behind each other in {@code out}: a sketch does not say where it ends. */
    void writeSketch(Output out) throws IOException {
        sketch.encode(out, true);
    }

    void writeNumbers(ByteBuffer out) {
        out.putDouble(min).putDouble(max).putDouble(sum).putDouble(last).putLong(count);
    }

    static MetricTally read(ByteBuffer numbers, Input sketch) throws IOException {
        var tally = new MetricTally(DDSketch.decode(sketch, UnboundedSizeDenseStore::new, MAPPING));
        tally.min = numbers.getDouble();
        tally.max = numbers.getDouble();
        tally.sum = numbers.getDouble();
        tally.last = numbers.getDouble();
        tally.count = numbers.getLong();
        return tally;
    }
}
