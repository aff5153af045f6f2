package io.probeline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Aggregate;
import io.probeline.record.MetricAggregate;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.MetricRules;
import io.probeline.schemas.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** A rival's way to the windows, whole and with a fault, before the oracle. */
class WindowSetTest {
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final int SESSIONS = 3;
    private static final TelemetryLoad LOAD = new TelemetryLoad(305 * SESSIONS, SESSIONS, START, 20_261_124);
    private static final MetricRules RULES = MetricRules.shipped();

    static {
        // Avro builds our records by name only once a format has told it to.
        var _ = new AvroFormat<>(Topics.AGGREGATES, new LocalSchemaRegistry());
    }

    @Test
    void aRivalThatComputesTheSameIsRightInWhateverOrder() {
        var windows = new ArrayList<>(rival());
        var inOrder = set(windows);
        assertEquals(List.of(), inOrder.differences(oracle()));
        assertEquals((15 + 6) * SESSIONS, inOrder.size());
        var reversed = set(windows.reversed());
        assertEquals(List.of(), reversed.differences(oracle()));
        assertEquals(oracle().digest(), reversed.digest());
    }

    @Test
    void aNumberThatIsOtherIsFound() {
        faulty((right, wrong) -> wrong.setMin(right.getMin() - 0.1));
        faulty((right, wrong) -> wrong.setMax(right.getMax() + 0.1));
        faulty((right, wrong) -> wrong.setSum(Math.nextUp(right.getSum())));
        faulty((right, wrong) -> wrong.setAvg(right.getAvg() + 1e-9));
        faulty((right, wrong) -> wrong.setLast(right.getLast() + 0.1));
        faulty((right, wrong) -> wrong.setCount(right.getCount() - 1));
    }

    @Test
    void aSketchOfOtherValuesIsFound() {
        var strange = new MetricTally();
        strange.add(1_000);
        var sketch = strange.aggregate("").getSketch().orElseThrow();
        faulty((_, wrong) -> wrong.setSketch(sketch));
    }

    @Test
    void aCountThatIsOtherIsFound() {
        var windows = rival();
        var right = windows.removeFirst();
        windows.add(
                Aggregate.newBuilder(right).setReceived(right.getReceived() + 1).build());
        found("other", windows);
    }

    @Test
    void aWindowThatIsMissingOrMoreOrThereTwiceIsFound() {
        var missing = rival();
        missing.removeFirst();
        found("missing", missing);
        var more = rival();
        var elsewhere = Aggregate.newBuilder(more.getFirst())
                .setInteractionId("nobody's")
                .build();
        more.add(elsewhere);
        found("more", more);
        var twice = rival();
        twice.add(twice.getFirst());
        found("twice", twice);
    }

    @Test
    void whatEndsTooLateCountsForNothing() {
        var windows = rival();
        var late = Aggregate.newBuilder(windows.getFirst())
                .setWindowEnd(LOAD.wholeUntil().plusMillis(1))
                .build();
        windows.add(late);
        assertEquals(List.of(), set(windows).differences(oracle()));
    }

    @Test
    void aTallyComesBackFromItsBytesAsItWas() {
        var tally = new WindowTally();
        for (long index = 0; index < 50 * SESSIONS; index += SESSIONS) {
            tally.add(LOAD.record(index), 2_000, RULES);
        }
        var back = TallyCodec.decode(TallyCodec.encode(tally));
        var window = tally.aggregate("conv", 0, 2_000, RULES);
        assertEquals(Fingerprint.of(window), Fingerprint.of(back.aggregate("conv", 0, 2_000, RULES)));
        back.add(LOAD.record(50 * SESSIONS), 2_000, RULES);
        assertNotEquals(Fingerprint.of(window), Fingerprint.of(back.aggregate("conv", 0, 2_000, RULES)));
        assertEquals(LOAD.record(50 * SESSIONS).getSessionId(), back.sessionId());
    }

    private static void faulty(BiConsumer<MetricAggregate, MetricAggregate.Builder> fault) {
        var windows = rival();
        var window = windows.removeFirst();
        var metrics = new HashMap<>(window.getMetrics());
        metrics.replaceAll((_, right) -> {
            var wrong = MetricAggregate.newBuilder(right);
            fault.accept(right, wrong);
            return wrong.build();
        });
        windows.add(Aggregate.newBuilder(window).setMetrics(metrics).build());
        found("other", windows);
    }

    private static void found(String how, List<Aggregate> windows) {
        var differences = set(windows).differences(oracle());
        assertEquals(1, differences.size(), differences::toString);
        assertTrue(differences.getFirst().startsWith("1 " + how), differences::toString);
    }

    private static WindowSet set(List<Aggregate> windows) {
        var set = new WindowSet(LOAD.wholeUntil());
        windows.forEach(set::add);
        return set;
    }

    private static WindowSet oracle() {
        var oracle = new WindowOracle(RULES, LOAD.wholeUntil());
        for (long index = 0; index < LOAD.records(); index++) {
            oracle.accept(LOAD.record(index));
        }
        return oracle.windows();
    }

    /** Window by window, as a stream library does it. */
    private static List<Aggregate> rival() {
        record Place(String interactionId, long start, long length) {}
        Map<Place, WindowTally> tallies = new HashMap<>();
        for (long index = 0; index < LOAD.records(); index++) {
            var frame = LOAD.record(index);
            long at = frame.getReceivedAt().toEpochMilli();
            for (long length : List.of(2_000L, 5_000L)) {
                var place = new Place(frame.getInteractionId(), at - at % length, length);
                tallies.computeIfAbsent(place, _ -> new WindowTally()).add(frame, length, RULES);
            }
        }
        var windows = new ArrayList<Aggregate>();
        tallies.forEach((place, tally) ->
                windows.add(tally.aggregate(place.interactionId(), place.start(), place.length(), RULES)));
        windows.removeIf(window -> window.getWindowEnd().isAfter(LOAD.wholeUntil()));
        return windows;
    }
}
