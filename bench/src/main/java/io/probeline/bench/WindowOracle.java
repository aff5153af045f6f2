package io.probeline.bench;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.mapping.CubicallyInterpolatedMapping;
import com.datadoghq.sketch.ddsketch.store.SparseStore;
import io.probeline.record.Aggregate;
import io.probeline.record.Level;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Telemetry;
import io.probeline.schemas.MetricRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the windows must be, computed plainly: every value of a window is kept until the window is over. Shares no code with a contender. */
final class WindowOracle {
    private final MetricRules rules;
    private final List<Long> lengths;
    private final WindowSet windows;
    private final Map<Place, Open> open = new HashMap<>();

    /** Whose window of which length. */
    private record Place(String interactionId, long length) {}

    /** A window that is not over. */
    private static final class Open {
        private final long start;
        private long frames;
        private final Map<String, List<Double>> values = new HashMap<>();

        Open(long start) {
            this.start = start;
        }
    }

    WindowOracle(MetricRules rules, Instant until) {
        this.rules = rules;
        this.lengths = rules.named().stream()
                .map(rule -> rule.window().toMillis())
                .distinct()
                .toList();
        this.windows = new WindowSet(until);
    }

    /** The frames of one interaction come in the order of their times. */
    void accept(Telemetry frame) {
        long at = frame.getReceivedAt().toEpochMilli();
        for (long length : lengths) {
            var place = new Place(frame.getInteractionId(), length);
            var window = window(place, at - at % length);
            window.frames++;
            frame.getMetrics().forEach((metric, value) -> {
                if (rules.rule(metric).window().toMillis() == length) {
                    window.values
                            .computeIfAbsent(metric, _ -> new ArrayList<>())
                            .add(value);
                }
            });
        }
    }

    /** Those that are over. */
    WindowSet windows() {
        return windows;
    }

    private Open window(Place place, long start) {
        var known = open.get(place);
        if (known != null && known.start == start) {
            return known;
        }
        close(place, known);
        var made = new Open(start);
        open.put(place, made);
        return made;
    }

    private void close(Place place, @Nullable Open window) {
        if (window == null) {
            return;
        }
        windows.add(Aggregate.newBuilder()
                .setInteractionId(place.interactionId())
                .setSessionId("")
                .setDeviceId("")
                .setWindowStart(Instant.ofEpochMilli(window.start))
                .setWindowEnd(Instant.ofEpochMilli(window.start + place.length()))
                .setReceived(window.frames)
                .setExpected(0)
                .setLost(0)
                .setDuplicate(0)
                .setLate(0)
                .setMetrics(window.values.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> aggregate(entry.getValue()))))
                .build());
    }

    private static MetricAggregate aggregate(List<Double> values) {
        var sketch = new DDSketch(new CubicallyInterpolatedMapping(0.01), SparseStore::new);
        // One after the other: a stream's sum makes up for what rounding loses, and would be another number.
        double sum = 0;
        for (double value : values) {
            sum += value;
            sketch.accept(value);
        }
        return MetricAggregate.newBuilder()
                .setMin(values.stream().min(Double::compare).orElseThrow())
                .setMax(values.stream().max(Double::compare).orElseThrow())
                .setAvg(sum / values.size())
                .setSum(sum)
                .setLast(values.getLast())
                .setCount(values.size())
                .setUnit("")
                .setLevel(Level.OK)
                .setSketch(sketch.serialize())
                .build();
    }
}
