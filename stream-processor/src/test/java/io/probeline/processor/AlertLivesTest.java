package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Alert;
import io.probeline.record.AlertState;
import io.probeline.record.Level;
import io.probeline.schemas.MetricRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An alert is raised once and cleared once, whatever the values, the rules and their changes, and through restores. */
class AlertLivesTest {
    private static final int RUNS = 300;
    private static final int RULES = 50;
    private static final long SEED = 20_261_124;
    private static final Duration WITHIN = Duration.ofMinutes(2);

    private final Frames frames = Frames.of("a");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void raisedOnceAndClearedOnceWhateverComes() throws IOException {
        int alerts = 0;
        var pool = new ArrayList<MetricRules>();
        for (int i = 0; i < RULES; i++) {
            pool.add(rules(new Random(SEED + i)));
        }
        for (int run = 0; run < RUNS; run++) {
            long seed = SEED + run;
            var found = run(pool, new Random(seed));
            assertEquals(List.of(), AlertLives.faults(found, true), "seed " + seed);
            alerts += found.size();
        }
        System.out.println(RUNS + " runs from seed " + SEED + ": " + alerts + " alert records");
        assertTrue(alerts > 10 * RUNS, "the test must have something to judge");
    }

    @Test
    void levelGoesUpNoMoreOftenThanTheBudgetHas() throws IOException {
        var thresholds = "warn: {above: 10}, critical: {above: 20}";
        var without = rules("", thresholds);
        var with = rules("flaps: {raises: 3, within: 2m, quiet: 30s}", thresholds);
        for (long seed = 1; seed <= 30; seed++) {
            var random = new Random(seed);
            var free = new Found(TranscriptPolicy.ON_BREACH, without);
            var held = new Found(TranscriptPolicy.ON_BREACH, with);
            for (int i = 0; i < 600; i++) {
                double value = random.nextDouble(25);
                free.accept(frames.frame(2 * i, "heat", value));
                held.accept(frames.frame(2 * i, "heat", value));
            }
            // A fall that was told after its quiet time lets the level go up again, twice at most.
            int most = 3 + 2 * 5;
            assertTrue(AlertLives.mostRises(held.alerts, WITHIN) <= most, "seed " + seed);
            assertTrue(AlertLives.mostRises(free.alerts, WITHIN) > most, "without a budget there are more");
        }
    }

    @Test
    void theJudgeSeesEachFault() {
        var raised = alert("1", AlertState.RAISED, Level.WARN);
        var worse = alert("1", AlertState.RAISED, Level.CRITICAL);
        var cleared = alert("1", AlertState.CLEARED, Level.CRITICAL);
        var other = alert("2", AlertState.RAISED, Level.WARN);
        assertEquals(List.of(), AlertLives.faults(List.of(raised, worse, cleared, other), false));
        for (var bad : List.of(
                List.of(raised, raised, cleared),
                List.of(raised, other),
                List.of(cleared),
                List.of(raised, cleared, cleared),
                List.of(raised, cleared, worse),
                List.of(raised))) {
            assertFalse(AlertLives.faults(bad, true).isEmpty(), () -> "" + bad);
        }
    }

    /** Some minutes of one metric that dances around its thresholds, is silent now and then, is restored, and has its rules changed. */
    private List<Alert> run(List<MetricRules> pool, Random random) {
        var found = new Found(TranscriptPolicy.ON_BREACH, pool.get(random.nextInt(RULES)));
        double value = 10;
        double at = 0;
        for (int i = 0; i < 300; i++) {
            at += random.nextInt(40) == 0 ? random.nextInt(60) : 1;
            value = Math.clamp(value + random.nextGaussian() * 4, 0, 30);
            found.accept(frames.frame(at, "heat", value));
            if (random.nextInt(20) == 0) {
                found.restore();
            }
            if (random.nextInt(100) == 0) {
                found.rules(pool.get(random.nextInt(RULES)));
            }
        }
        found.accept(frames.end(at + 1));
        return found.alerts;
    }

    private MetricRules rules(Random random) throws IOException {
        var flaps = random.nextBoolean()
                ? "flaps: {raises: " + (1 + random.nextInt(4)) + ", within: 2m, quiet: " + (5 + random.nextInt(30))
                        + "s}"
                : "";
        var metric = IntStream.range(0, 4)
                .filter(i -> random.nextInt(4) > 0)
                .mapToObj(i -> switch (i) {
                    case 0 -> "warn: " + threshold(random, 8);
                    case 1 -> "critical: " + threshold(random, 16);
                    case 2 ->
                        "rise: {within: " + (5 + random.nextInt(20)) + "s, message: Up., warn: " + threshold(random, 4)
                                + "}";
                    default ->
                        "fall: {within: " + (5 + random.nextInt(20)) + "s, message: Down., critical: "
                                + threshold(random, 5) + "}";
                })
                .toList();
        return rules(flaps, String.join(", ", metric));
    }

    private static String threshold(Random random, int from) {
        return "{above: " + (from + random.nextInt(6)) + ", hysteresis: " + random.nextInt(4) + ", dwell: "
                + (1 + random.nextInt(3)) + "}";
    }

    private MetricRules rules(String flaps, String metric) throws IOException {
        var file = Files.writeString(
                folder.resolve("metrics.yaml"), """
                version: 1
                framesPerSecond: 10
                %s
                metrics:
                  heat: {kind: continuous, unit: "", window: 2s, message: It is hot.%s}
                others: {kind: continuous, unit: "", window: 5s}
                """.formatted(flaps, metric.isEmpty() ? "" : ", " + metric));
        return MetricRules.read(file);
    }

    private Alert alert(String id, AlertState state, Level level) {
        return Alert.newBuilder()
                .setAlertId(id)
                .setInteractionId(frames.interactionId())
                .setSessionId(frames.sessionId())
                .setDeviceId(frames.deviceId())
                .setMetric("heat")
                .setLevel(level)
                .setState(state)
                .setValue(1)
                .setThreshold(1)
                .setUnit("")
                .setSince(Device.time(0))
                .setAt(Device.time(1))
                .setMessage("It is hot.")
                .build();
    }
}
