package io.probeline.processor;

import io.probeline.record.Level;
import io.probeline.record.MetricAggregate;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the values of one metric were over some time. Sums are plain IEEE additions in order of receipt (and of closing, where windows are
 * merged), so that whoever reads the topic can compute the same to the last digit. A sum that is larger than a number can be stays at the largest.
 */
final class Tally {
    private double min;
    private double max;
    private double sum;
    private double last;
    private long count;

    Tally() {}

    Tally(double min, double max, double sum, double last, long count) {
        this.min = min;
        this.max = max;
        this.sum = sum;
        this.last = last;
        this.count = count;
    }

    void add(double value) {
        min = count == 0 ? value : Math.min(min, value);
        max = count == 0 ? value : Math.max(max, value);
        sum = finite(sum + value);
        last = value;
        count++;
    }

    /** Takes in what came after. */
    void merge(Tally later) {
        if (later.count > 0) {
            min = count == 0 ? later.min : Math.min(min, later.min);
            max = count == 0 ? later.max : Math.max(max, later.max);
            sum = finite(sum + later.sum);
            last = later.last;
            count += later.count;
        }
    }

    void clear() {
        min = 0;
        max = 0;
        sum = 0;
        last = 0;
        count = 0;
    }

    boolean empty() {
        return count == 0;
    }

    double min() {
        return min;
    }

    double max() {
        return max;
    }

    double sum() {
        return sum;
    }

    double last() {
        return last;
    }

    long count() {
        return count;
    }

    /** Only of one that holds a value. */
    double avg() {
        return sum / count;
    }

    private static double finite(double sum) {
        return Double.isInfinite(sum) ? Math.copySign(Double.MAX_VALUE, sum) : sum;
    }

    /** Made at once and not by Avro's builder, which costs several times as much: there is one for each metric and window. */
    MetricAggregate aggregate(String unit, Level level, @Nullable ByteBuffer sketch) {
        return new MetricAggregate(min, max, avg(), sum, last, count, unit, level, sketch);
    }
}
