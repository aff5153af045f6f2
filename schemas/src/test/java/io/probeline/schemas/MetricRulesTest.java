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
}
