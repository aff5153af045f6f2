package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.Alert;
import io.probeline.record.AlertState;
import io.probeline.record.Level;
import io.probeline.record.MetricAggregate;
import io.probeline.schemas.MetricRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rules file, changed while the topology runs, and what it makes of telemetry: from the file to the topics. */
class RulesTopologyTest {
    private static final String HEAT =
            "kind: continuous, unit: C, window: 5s, message: It is hot., suggests: channel_scan, ";

    private final Frames frames = Frames.of("a");

    @TempDir
    private Path folder = Path.of("");

    private RulesFile rules;
    private Driven driven;
    private int windows;

    @BeforeEach
    void start() throws IOException {
        write(10, HEAT + "warn: {above: 10, hysteresis: 2}, critical: {above: 20, hysteresis: 2}");
        rules = RulesFile.open(
                file(),
                new Terms(MetricRules.shipped(), TranscriptPolicy.ON_BREACH, Driven.MAX_AGE),
                new ProcessorMetrics(new SimpleMeterRegistry()));
        driven = new Driven(rules);
    }

    @AfterEach
    void stop() {
        driven.close();
        rules.close();
    }

    @Test
    void anAlertIsRaisedOnceAndClearedOnceHoweverTheValueOscillates() {
        // Above 10 warns, 8 and below is back: between, it is neither.
        heat(9, 11, 9, 10.5, 8.5, 12, 9.9, 11, 8);
        assertEquals(List.of(AlertState.RAISED, AlertState.CLEARED), states());
        assertEquals(
                1, driven.alerts().stream().map(Alert::getAlertId).distinct().count());
        var raised = driven.alerts().getFirst();
        assertEquals(Level.WARN, raised.getLevel());
        assertEquals(10, raised.getThreshold());
        assertEquals("C", raised.getUnit());
        assertEquals(Optional.of("channel_scan"), raised.getSuggestedCommand());
        assertEquals("C", last().getUnit());
        assertEquals(Level.OK, last().getLevel());
    }

    @Test
    void warnAndCriticalAreLevelsOfTheOneAlert() {
        heat(11, 21, 19, 11, 7);
        assertEquals(
                List.of(Level.WARN, Level.CRITICAL, Level.WARN, Level.CRITICAL),
                driven.alerts().stream().map(Alert::getLevel).toList());
        assertEquals(List.of(), AlertLives.faults(driven.alerts(), true));
    }

    @Test
    void newRulesHoldFromTheNextWindowOnWithAllThatTheySay() throws IOException {
        heat(9);
        write(
                4,
                "kind: continuous, unit: F, window: 2s, message: Hotter., suggests: ping_latency, warn: {above: 5, dwell: 2}");
        reload();
        heat(9, 9, 9);
        var raised = driven.alerts().getFirst();
        assertEquals(List.of(AlertState.RAISED), states());
        assertEquals(5, raised.getThreshold());
        assertEquals("F", raised.getUnit());
        assertEquals("Hotter.", raised.getMessage());
        assertEquals(Optional.of("ping_latency"), raised.getSuggestedCommand());
        assertEquals(Duration.ofSeconds(2), length(measured().getLast()));
        assertEquals(8, measured().getLast().getExpected(), "four a second");
        assertEquals(Optional.empty(), rules.trouble());
    }

    @Test
    void aBrokenFileIsRefusedWholeWithLineAndReasonAndTheOldOneStays() throws IOException {
        // Its rate and its warning are good; its unit is none, in the fourth line.
        write(1, "kind: continuous, unit: 7, window: 5s, warn: {above: 1}");
        reload();
        heat(9, 9);
        assertEquals(List.of(), states());
        assertEquals(50, measured().getLast().getExpected());
        var why = rules.trouble().orElseThrow();
        assertTrue(why.contains("metrics.yaml:4:"), why);
        assertTrue(why.contains("$.metrics.heat.unit") && why.contains("string expected"), why);
        heat(11);
        assertEquals(10, driven.alerts().getFirst().getThreshold());
    }

    @Test
    void dwellWantsBadWindowsInARow() throws IOException {
        write(10, HEAT + "warn: {above: 10, dwell: 3}");
        reload();
        heat(11, 11, 9, 11, 11, 11);
        assertEquals(List.of(AlertState.RAISED), states());
        assertEquals(Device.time(30), driven.alerts().getFirst().getAt());
    }

    @Test
    void aRateOfChangeIsJudgedToo() throws IOException {
        write(10, HEAT + "rise: {within: 10s, warn: {above: 5}, message: It rises fast.}");
        reload();
        heat(1, 3, 8, 9, 9, 9);
        assertEquals(List.of(AlertState.RAISED, AlertState.CLEARED), states());
        assertEquals("It rises fast.", driven.alerts().getFirst().getMessage());
        assertEquals(10_000, driven.alerts().getFirst().getChangeMillis().orElseThrow());
    }

    @Test
    void aFlapBudgetHoldsWhatFlickers() throws IOException {
        write(10, HEAT + "warn: {above: 10}, flaps: {raises: 2, within: 5m, quiet: 20s}");
        reload();
        heat(IntStream.range(0, 24).mapToDouble(i -> i % 2 == 0 ? 11 : 9).toArray());
        assertEquals(List.of(AlertState.RAISED, AlertState.CLEARED, AlertState.RAISED), states());
        assertTrue(driven.alerts().getLast().getFlapping());
        heat(9, 9, 9, 9, 9);
        assertEquals(AlertState.CLEARED, states().getLast());
    }

    /** One value a window of five seconds, and the tick that closes the last. */
    private void heat(double... values) {
        for (double value : values) {
            driven.telemetry(frames.frame(5 * windows + 0.5, "heat", value));
            windows++;
        }
        driven.telemetry(frames.tick(5 * windows));
    }

    private List<AlertState> states() {
        return driven.alerts().stream().map(Alert::getState).toList();
    }

    private List<Aggregate> measured() {
        return driven.aggregates().stream()
                .filter(aggregate -> aggregate.getKind() == AggregateKind.WINDOW
                        && aggregate.getMetrics().containsKey("heat"))
                .toList();
    }

    private MetricAggregate last() {
        return Objects.requireNonNull(measured().getLast().getMetrics().get("heat"));
    }

    private static Duration length(Aggregate window) {
        return Duration.between(window.getWindowStart(), window.getWindowEnd());
    }

    /** As the service looks, once a second. */
    private void reload() {
        Stream.of(1, 2).forEach(look -> rules.look());
    }

    private Path file() {
        return folder.resolve("metrics.yaml");
    }

    private void write(int framesPerSecond, String heat) throws IOException {
        Files.writeString(file(), """
                version: 1
                framesPerSecond: %d
                metrics:
                  heat: {%s}
                others: {kind: continuous, unit: "", window: 5s}
                """.formatted(framesPerSecond, heat));
    }
}
