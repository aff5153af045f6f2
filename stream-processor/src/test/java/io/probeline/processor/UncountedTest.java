package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Frames that are counted some at a time are counted as if each had been counted when it came. */
class UncountedTest {
    private static final long SEED = Long.getLong("seed", 20_261_201);
    private static final int SESSIONS = 8;
    private static final int RECORDS = 2_000;

    private final Random random = new Random(SEED);
    private final Frames frames = Frames.of("uncounted");
    private final TelemetryView view = new TelemetryView();

    /** Names in the order of a frame: none, few, the same in another order, and as many as a frame may have, of which there is room for few frames. */
    private final List<List<String>> shapes = List.of(
            List.of(),
            List.of("latency"),
            List.of("latency", "signal_strength", "errors", "colour"),
            List.of("colour", "errors", "signal_strength", "latency"),
            many("m", MetricSet.MOST),
            many("n", MetricSet.MOST));

    @Test
    void whatIsFoundIsTheSame() {
        int windows = 0;
        for (int session = 0; session < SESSIONS; session++) {
            windows += one();
        }
        assertTrue(windows > 20 * SESSIONS, windows + " windows, seed " + SEED);
    }

    private int one() {
        var together = new Found(TranscriptPolicy.EVERY_WINDOW);
        var atOnce = new Found(TranscriptPolicy.EVERY_WINDOW);
        double at = 0;
        // Up to 200 frames a second: more of them in a window than there is room for.
        double pace = 0.005 + random.nextDouble(0.1);
        var shape = shapes.get(0);
        for (int i = 0; i < RECORDS; i++) {
            at += pace;
            shape = random.nextInt(60) == 0 ? shapes.get(random.nextInt(shapes.size())) : shape;
            accept(record(at, shape), together, atOnce);
        }
        accept(frames.end(at + 1), together, atOnce);
        assertEquals(atOnce.aggregates, together.aggregates, "seed " + SEED);
        assertEquals(atOnce.alerts, together.alerts, "seed " + SEED);
        assertEquals(atOnce.lines, together.lines, "seed " + SEED);
        return together.aggregates.size();
    }

    /** As the intake does it: one view for all records. */
    private void accept(Telemetry record, Found together, Found atOnce) {
        view.show(record);
        together.accept(view);
        atOnce.accept(view);
        // What was just read back expects no frame, and so counts the next when it comes.
        atOnce.restore();
    }

    private Telemetry record(double at, List<String> shape) {
        return switch (random.nextInt(100)) {
            case 0 -> frames.tick(at);
            case 1 -> frames.frame(at - random.nextDouble(8), values(shape));
            default ->
                frames.record(TelemetryKind.FRAME, at)
                        .setLost(random.nextInt(20) == 0 ? 3 : 0)
                        .setDuplicates(random.nextInt(20) == 0 ? 1 : 0)
                        .setMetrics(values(shape))
                        .build();
        };
    }

    private Map<String, Double> values(List<String> shape) {
        var values = new LinkedHashMap<String, Double>();
        shape.forEach(name -> values.put(name, random.nextInt(10) == 0 ? 0.0 : random.nextGaussian(-60, 40)));
        return values;
    }

    private static List<String> many(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }
}
