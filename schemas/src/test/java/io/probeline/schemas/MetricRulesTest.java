package io.probeline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricRulesTest {
    private final MetricRules rules = MetricRules.shipped();

    @Test
    void shipsTheContractsRules() {
        assertEquals(
                List.of("signal_strength", "latency", "packet_loss", "errors"),
                rules.named().stream().map(MetricRule::metric).toList());
        var signal = rules.rule("signal_strength");
        assertEquals(Optional.of("channel_scan"), signal.suggests());
        assertEquals(Duration.ofSeconds(5), signal.window());
        assertEquals(-85, signal.critical().orElseThrow().value());
        assertEquals(10, rules.framesPerSecond());
    }

    @Test
    void anyOtherMetricIsContinuousWithoutUnitOrThreshold() {
        var rule = rules.rule("drum_speed");
        assertEquals(MetricRule.Kind.CONTINUOUS, rule.kind());
        assertEquals("", rule.unit());
        assertEquals(Optional.empty(), rule.warn());
    }

    @Test
    void aThresholdIsLeftOnlyPastItsHysteresis() {
        var critical = rules.rule("signal_strength").critical().orElseThrow();
        assertFalse(critical.breached(-85));
        assertTrue(critical.breached(-85.1));
        assertFalse(critical.recovered(-82.1));
        assertTrue(critical.recovered(-82));
        var errors = rules.rule("errors").warn().orElseThrow();
        assertTrue(errors.breached(1));
        assertFalse(errors.recovered(1));
        assertTrue(errors.recovered(0));
    }

    @Test
    void refusesAnUnknownKeyWithItsLine(@TempDir Path folder) throws IOException {
        var file = Files.writeString(
                folder.resolve("metrics.yaml"),
                "version: 1\nframesPerSecond: 10\nmetrics:\n  m: {kind: counter, unit: '', window: 7s}\nothers: {kind: counter, unit: '', window: 5s}\nextra: 1\n");
        var message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> MetricRules.read(file))
                .getMessage());
        assertTrue(message.contains(":4:"), message);
        assertTrue(message.contains("extra"), message);
    }

    @Test
    void refusesAThresholdThatNoValueCanReach(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("metrics.yaml"), """
                version: 1
                framesPerSecond: 10
                metrics:
                  m:
                    kind: continuous
                    unit: ""
                    window: 5s
                    warn: {above: 1.0e+400}
                    message: High.
                others: {kind: continuous, unit: "", window: 5s}
                """);
        var message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> MetricRules.read(file))
                .getMessage());
        assertTrue(message.endsWith("metrics.yaml:8: has a number that is too large"), message);
    }

    @Test
    void trendsAndFlapsAreReadAndAMetricsOwnBudgetGoesFirst(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("metrics.yaml"), """
                version: 1
                framesPerSecond: 2.5
                flaps: {raises: 3, within: 10m, quiet: 90s}
                metrics:
                  a:
                    kind: continuous
                    unit: ""
                    window: 5s
                    rise: {within: 20s, warn: {above: 5, hysteresis: 1, dwell: 2}, message: Up.}
                  b: {kind: counter, unit: "", window: 2s, flaps: {raises: 1, within: 5m, quiet: 1m, message: On and off.}}
                others: {kind: continuous, unit: "", window: 5s}
                """);
        var read = MetricRules.read(file);
        assertEquals(2.5, read.framesPerSecond());
        var rise = read.rule("a").trend(MetricRule.Direction.RISE).orElseThrow();
        assertEquals(Duration.ofSeconds(20), rise.within());
        assertEquals(
                new MetricRule.Threshold(MetricRule.Side.ABOVE, 5, 1, 2),
                rise.warn().orElseThrow());
        assertEquals(Optional.empty(), read.rule("a").trend(MetricRule.Direction.FALL));
        assertEquals(
                new MetricRule.FlapBudget(3, Duration.ofMinutes(10), Duration.ofSeconds(90), "It comes and goes."),
                read.rule("a").flaps().orElseThrow());
        assertEquals("On and off.", read.rule("b").flaps().orElseThrow().message());
        assertEquals(3, read.rule("c").flaps().orElseThrow().raises());
    }
}
