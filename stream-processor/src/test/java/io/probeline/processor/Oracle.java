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
import java.util.TreeMap;

/** Every window of one session by plain code over the whole recording: no Streams, no state, nothing of the product's but the rules. */
final class Oracle {
    private final MetricRules rules = MetricRules.shipped();
    private final List<Telemetry> records;

    /** @param records of one session, in the topic's order, up to its END */
    Oracle(List<Telemetry> records) {
        this.records = records;
    }

    /** Windows of that length as texts, in order: everything but the level, which depends on the windows before. */
    List<String> windows(long length) {
        long first = at(records.getFirst());
        long end = records.stream().mapToLong(Oracle::at).max().orElseThrow();
        var windows = new ArrayList<String>();
        for (long start = floor(first, length); start < end; start += length) {
            windows.add(window(start, length, first, end));
        }
        return windows;
    }

    static String text(Aggregate aggregate) {
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
                                metric.getSketch().orElseThrow())));
        return text(
                aggregate.getWindowStart().toEpochMilli(),
                aggregate.getReceived(),
                aggregate.getExpected(),
                aggregate.getLost(),
                aggregate.getDuplicate(),
                aggregate.getLate(),
                metrics);
    }

    private String window(long start, long length, long first, long end) {
        long received = 0;
        long lost = 0;
        long duplicate = 0;
        long late = 0;
        var values = new TreeMap<String, List<Double>>();
        long clock = first;
        for (var record : records) {
            if (record.getKind() == TelemetryKind.END) {
                break;
            }
            clock = Math.max(clock, at(record));
            if (floor(clock, length) != start) {
                continue;
            }
            lost += record.getLost();
            duplicate += record.getDuplicates();
            if (record.getKind() == TelemetryKind.FRAME) {
                boolean inTime = at(record) >= start;
                received += inTime ? 1 : 0;
                late += inTime ? 0 : 1;
                if (inTime) {
                    record.getMetrics()
                            .forEach((name, value) -> values.computeIfAbsent(name, n -> new ArrayList<>())
                                    .add(value));
                }
            }
        }
        var metrics = new TreeMap<String, String>();
        values.forEach((name, list) -> {
            if (rules.rule(name).window().toMillis() == length) {
                metrics.put(name, statistics(list));
            }
        });
        long expected = due(first, Math.min(end, start + length)) - due(first, Math.max(first, start));
        return text(start, received, expected, lost, duplicate, late, metrics);
    }

    /** A frame with the first record, and then one each period. */
    private long due(long first, long until) {
        double period = 1000.0 / rules.framesPerSecond();
        long frames = 0;
        while (first + frames * period < until) {
            frames++;
        }
        return frames;
    }

    private static String statistics(List<Double> values) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        var sketch = new DDSketch(new CubicallyInterpolatedMapping(0.01), SparseStore::new);
        for (double value : values) {
            sketch.accept(value);
            min = Math.min(min, value);
            max = Math.max(max, value);
            sum += value;
        }
        return numbers(min, max, sum, sum / values.size(), values.getLast(), values.size(), sketch.serialize());
    }

    private static String numbers(
            double min, double max, double sum, double avg, double last, long count, ByteBuffer sketch) {
        return min + " " + max + " " + sum + " " + avg + " " + last + " " + count + " " + sketch.hashCode();
    }

    private static String text(
            long start,
            long received,
            long expected,
            long lost,
            long duplicate,
            long late,
            Map<String, String> metrics) {
        return start + ": received " + received + " expected " + expected + " lost " + lost + " duplicate " + duplicate
                + " late " + late + " " + metrics;
    }

    private static long at(Telemetry record) {
        return record.getReceivedAt().toEpochMilli();
    }

    private static long floor(long at, long length) {
        return at - at % length;
    }
}
