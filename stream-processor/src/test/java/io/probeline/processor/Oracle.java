package io.probeline.processor;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.mapping.CubicallyInterpolatedMapping;
import com.datadoghq.sketch.ddsketch.store.SparseStore;
import io.probeline.record.Aggregate;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.schemas.MetricRules;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Every window of one session by plain code over the whole recording: no Streams, no state, nothing of the product's but the rules. */
final class Oracle {
    private static final long SHORT = 2_000;
    private static final long LONG = 5_000;

    private final MetricRules rules = MetricRules.shipped();
    private final List<Telemetry> records;
    private final long first;
    private final long end;

    /** @param records of one session, in the topic's order, up to its END */
    Oracle(List<Telemetry> records) {
        this.records = records;
        this.first = at(records.getFirst());
        this.end = records.stream().mapToLong(Oracle::at).max().orElseThrow();
    }

    /** Windows of that length as texts, in order: everything but the level, which depends on the windows before. */
    List<String> windows(long length) {
        return counts(length).stream()
                .map(window -> window.text(window.start + ": ", statistics(window.values, length)))
                .toList();
    }

    /** The final summary, which is what the windows add up to. */
    String total() {
        var total = new Counted(first);
        for (var window : counts(LONG)) {
            total.received += window.received;
            total.expected += window.expected;
            total.lost += window.lost;
            total.duplicate += window.duplicate;
            total.late += window.late;
            total.skew = window.skew.isPresent() ? window.skew : total.skew;
        }
        var metrics = new TreeMap<String, String>();
        for (long length : List.of(SHORT, LONG)) {
            sums(length).forEach((name, sum) -> metrics.put(name, sum.text()));
        }
        return total.text(first + " to " + end + ": ", metrics);
    }

    static String text(Aggregate aggregate) {
        return text(aggregate, aggregate.getWindowStart().toEpochMilli() + ": ");
    }

    static String totalText(Aggregate aggregate) {
        return text(
                aggregate,
                aggregate.getWindowStart().toEpochMilli() + " to "
                        + aggregate.getWindowEnd().toEpochMilli() + ": ");
    }

    private static String text(Aggregate aggregate, String head) {
        var counted = new Counted(0);
        counted.received = aggregate.getReceived();
        counted.expected = aggregate.getExpected();
        counted.lost = aggregate.getLost();
        counted.duplicate = aggregate.getDuplicate();
        counted.late = aggregate.getLate();
        counted.skew = aggregate.getSkewMillis().map(OptionalLong::of).orElse(OptionalLong.empty());
        var metrics = new TreeMap<String, String>();
        aggregate
                .getMetrics()
                .forEach((name, metric) -> metrics.put(
                        name,
                        numbers(
                                metric.getMin(),
                                metric.getMax(),
                                metric.getSum(),
                                metric.getAvg(),
                                metric.getLast(),
                                metric.getCount(),
                                metric.getSketch().map(ByteBuffer::hashCode).orElse(0))));
        return counted.text(head, metrics);
    }

    /** What came in one window, and what was due. */
    private static final class Counted {
        private final long start;
        private long received;
        private long expected;
        private long lost;
        private long duplicate;
        private long late;
        private OptionalLong skew = OptionalLong.empty();
        private final Map<String, List<Double>> values = new TreeMap<>();

        Counted(long start) {
            this.start = start;
        }

        String text(String head, Map<String, String> metrics) {
            return head + "received " + received + " expected " + expected + " lost " + lost + " duplicate " + duplicate
                    + " late " + late + " skew " + skew + " " + metrics;
        }
    }

    /** The values of a metric over all windows: sums are added up window by window. */
    private static final class Sum {
        private double min = Double.POSITIVE_INFINITY;
        private double max = Double.NEGATIVE_INFINITY;
        private double sum;
        private double last;
        private long count;

        void add(List<Double> window) {
            double more = 0;
            for (double value : window) {
                more += value;
                min = Math.min(min, value);
                max = Math.max(max, value);
                last = value;
                count++;
            }
            sum += more;
        }

        String text() {
            return numbers(min, max, sum, sum / count, last, count, 0);
        }
    }

    private Map<String, Sum> sums(long length) {
        var sums = new TreeMap<String, Sum>();
        for (var window : counts(length)) {
            window.values.forEach((name, values) -> {
                if (of(name, length)) {
                    sums.computeIfAbsent(name, n -> new Sum()).add(values);
                }
            });
        }
        return sums;
    }

    private List<Counted> counts(long length) {
        var windows = new ArrayList<Counted>();
        for (long start = floor(first, length); start < end; start += length) {
            windows.add(count(start, length));
        }
        return windows;
    }

    private Counted count(long start, long length) {
        var window = new Counted(start);
        long clock = first;
        for (var record : records) {
            if (record.getKind() == TelemetryKind.END) {
                break;
            }
            clock = Math.max(clock, at(record));
            if (floor(clock, length) == start) {
                count(record, window);
            }
        }
        window.expected = due(Math.min(end, start + length)) - due(Math.max(first, start));
        return window;
    }

    private static void count(Telemetry record, Counted window) {
        window.lost += record.getLost();
        window.duplicate += record.getDuplicates();
        if (record.getKind() != TelemetryKind.FRAME) {
            return;
        }
        if (at(record) < window.start) {
            window.late++;
            return;
        }
        window.received++;
        record.getDeviceTime().ifPresent(time -> window.skew = OptionalLong.of(time.toEpochMilli() - at(record)));
        record.getMetrics()
                .forEach((name, value) -> window.values
                        .computeIfAbsent(name, n -> new ArrayList<>())
                        .add(value));
    }

    /** Frames until then: one with the first record, and then one each period. */
    private long due(long until) {
        double period = 1000.0 / rules.framesPerSecond();
        long frames = 0;
        while (first + frames * period < until) {
            frames++;
        }
        return frames;
    }

    private boolean of(String metric, long length) {
        return rules.rule(metric).window().toMillis() == length;
    }

    private Map<String, String> statistics(Map<String, List<Double>> values, long length) {
        var metrics = new TreeMap<String, String>();
        values.forEach((name, list) -> {
            if (of(name, length)) {
                metrics.put(name, statistics(list));
            }
        });
        return metrics;
    }

    private static String statistics(List<Double> values) {
        var sum = new Sum();
        sum.add(values);
        var sketch = new DDSketch(new CubicallyInterpolatedMapping(0.01), SparseStore::new);
        values.forEach(sketch::accept);
        return numbers(
                sum.min,
                sum.max,
                sum.sum,
                sum.sum / values.size(),
                sum.last,
                sum.count,
                sketch.serialize().hashCode());
    }

    private static String numbers(double min, double max, double sum, double avg, double last, long count, int sketch) {
        return min + " " + max + " " + sum + " " + avg + " " + last + " " + count + " " + sketch;
    }

    private static long at(Telemetry record) {
        return record.getReceivedAt().toEpochMilli();
    }

    private static long floor(long at, long length) {
        return at - at % length;
    }
}
