package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Alert;
import io.probeline.record.AlertState;
import io.probeline.record.Level;
import io.probeline.schemas.MetricRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One alert from the first breach until the value is back over the hysteresis, however it moves between. */
class AlertsTest {
    private final Frames frames = Frames.of("a");
    private final Found found = new Found(TranscriptPolicy.ON_BREACH);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void oscillationAroundAThresholdIsOneAlert() {
        // -75 warns, -72 is back; -73 is neither.
        signal(-70, -76, -74, -76, -73, -77, -74.9, -73, -71);
        assertEquals(List.of(AlertState.RAISED, AlertState.CLEARED), states());
        assertEquals(1, found.alerts.stream().map(Alert::getAlertId).distinct().count());
        var raised = found.alerts.getFirst();
        assertEquals(Level.WARN, raised.getLevel());
        assertEquals(-76, raised.getValue());
        assertEquals(-75, raised.getThreshold());
        assertEquals(Instant.ofEpochMilli(Frames.at(5)), raised.getSince());
        assertEquals(Instant.ofEpochMilli(Frames.at(10)), raised.getAt());
        assertEquals("channel_scan", raised.getSuggestedCommand().orElseThrow());
        assertEquals("Signal is weak.", raised.getMessage());
        var cleared = found.alerts.getLast();
        assertEquals(-71, cleared.getValue());
        assertEquals(Level.WARN, cleared.getLevel());
        assertEquals(raised.getSince(), cleared.getSince());
    }

    @Test
    void changeOfLevelKeepsTheAlert() {
        signal(-76, -86, -84, -81, -71);
        assertEquals(
                List.of(Level.WARN, Level.CRITICAL, Level.WARN, Level.CRITICAL),
                found.alerts.stream().map(Alert::getLevel).toList(),
                "the last is the highest it had");
        assertEquals(List.of(AlertState.RAISED, AlertState.RAISED, AlertState.RAISED, AlertState.CLEARED), states());
        assertEquals(1, found.alerts.stream().map(Alert::getAlertId).distinct().count());
        assertEquals(
                List.of(-75.0, -85.0, -75.0, -75.0),
                found.alerts.stream().map(Alert::getThreshold).toList());
    }

    @Test
    void aSecondBreachIsAnotherAlert() {
        signal(-76, -70, -76);
        assertEquals(List.of(AlertState.RAISED, AlertState.CLEARED, AlertState.RAISED), states());
        assertNotEquals(
                found.alerts.getFirst().getAlertId(), found.alerts.getLast().getAlertId());
    }

    @Test
    void levelOfAnAggregateIsThatAtTheEndOfItsWindow() {
        signal(-76, -74, -86, -70);
        assertEquals(
                List.of(Level.WARN, Level.WARN, Level.CRITICAL, Level.OK),
                found.windows(Interaction.SLOW).stream()
                        .map(window -> Objects.requireNonNull(
                                        window.getMetrics().get("signal_strength"))
                                .getLevel())
                        .toList());
    }

    @Test
    void silenceNeitherRaisesNorClears() {
        signal(-76);
        for (int second = 6; second <= 30; second++) {
            found.accept(frames.tick(second));
        }
        assertEquals(List.of(AlertState.RAISED), states());
    }

    @Test
    void endClearsWhatStands() {
        signal(-86);
        found.accept(frames.end(7));
        assertEquals(List.of(AlertState.RAISED, AlertState.CLEARED), states());
        assertEquals(Level.CRITICAL, found.alerts.getLast().getLevel());
        assertEquals(Instant.ofEpochMilli(Frames.at(7)), found.alerts.getLast().getAt());
    }

    @Test
    void counterIsJudgedByItsSumAndIsQuietWhereFramesDoNotNameIt() {
        found.accept(frames.frame(0, "errors", 2));
        found.accept(frames.frame(1, "errors", 3));
        found.accept(frames.frame(2, "latency", 20));
        found.accept(frames.tick(4));
        found.accept(frames.tick(6));
        assertEquals(List.of(AlertState.RAISED, AlertState.CLEARED), states());
        assertEquals(5, found.alerts.getFirst().getValue());
        assertEquals(Level.CRITICAL, found.alerts.getFirst().getLevel());
        assertEquals(0, found.alerts.getLast().getValue());
    }

    @Test
    void dwellWantsBadWindowsInARow() throws IOException {
        var dwelling = new Found(TranscriptPolicy.ON_BREACH, rules("warn: {above: 10, dwell: 3}"));
        feed(dwelling, 11, 12, 9, 11, 11, 11, 9);
        assertEquals(2, dwelling.alerts.size());
        assertEquals(
                Instant.ofEpochMilli(Frames.at(15)), dwelling.alerts.getFirst().getSince());
        assertEquals(
                Instant.ofEpochMilli(Frames.at(30)), dwelling.alerts.getFirst().getAt());
    }

    @Test
    void newRulesHoldFromTheNextWindowOn() throws IOException {
        var reloaded = new Found(TranscriptPolicy.ON_BREACH, rules("warn: {above: 10}"));
        feed(reloaded, 9);
        reloaded.rules(rules("warn: {above: 5}"));
        for (int i = 1; i <= 3; i++) {
            reloaded.accept(frames.frame(5 * i + 0.5, "heat", 9));
        }
        assertEquals(1, reloaded.alerts.size());
        assertEquals(5, reloaded.alerts.getFirst().getThreshold());
    }

    /** The first longer window has begun before its values were counted in it: it says nothing of what it did not count. */
    @Test
    void aCounterWhoseWindowBecomesLongerIsNotTakenForQuiet() throws IOException {
        var counter = "kind: counter, unit: \"\", message: Errors., warn: {from: 1}";
        var reloaded = new Found(TranscriptPolicy.ON_BREACH, table("errors: {window: 2s, " + counter + "}"));
        for (int tenth = 0; tenth < 92; tenth++) {
            reloaded.accept(frames.frame(tenth / 10.0, "errors", 1));
        }
        reloaded.rules(table("errors: {window: 5s, " + counter + "}"));
        for (int tenth = 92; tenth < 210; tenth++) {
            reloaded.accept(frames.frame(tenth / 10.0, "errors", 1));
        }
        assertEquals(
                List.of(AlertState.RAISED),
                reloaded.alerts.stream().map(Alert::getState).toList());
    }

    private MetricRules table(String line) throws IOException {
        var file = folder.resolve("table.yaml");
        Files.writeString(file, """
                version: 1
                framesPerSecond: 10
                metrics:
                  %s
                others: {kind: continuous, unit: "", window: 5s}
                """.formatted(line));
        return MetricRules.read(file);
    }

    @Test
    void ruleThatLosesItsThresholdsClearsItsAlert() throws IOException {
        var reloaded = new Found(TranscriptPolicy.ON_BREACH, rules("warn: {above: 5}"));
        feed(reloaded, 9);
        reloaded.rules(rules("title: Heat"));
        for (int i = 1; i <= 3; i++) {
            reloaded.accept(frames.frame(5 * i + 0.5, "heat", 9));
        }
        assertTrue(reloaded.alerts.getLast().getState() == AlertState.CLEARED);
    }

    /** One value a window of five seconds, and the tick that closes the last. */
    private void signal(double... values) {
        for (int i = 0; i < values.length; i++) {
            found.accept(frames.frame(5 * i + 0.5, "signal_strength", values[i]));
        }
        found.accept(frames.tick(5 * values.length));
    }

    private void feed(Found to, double... values) {
        for (int i = 0; i < values.length; i++) {
            to.accept(frames.frame(5 * i + 0.5, "heat", values[i]));
        }
        to.accept(frames.tick(5 * values.length));
    }

    private List<AlertState> states() {
        return found.alerts.stream().map(Alert::getState).toList();
    }

    private MetricRules rules(String line) throws IOException {
        var file = folder.resolve("metrics.yaml");
        Files.writeString(file, """
                version: 1
                framesPerSecond: 10
                metrics:
                  heat:
                    kind: continuous
                    unit: ""
                    window: 5s
                    message: It is hot.
                    %s
                others:
                  kind: continuous
                  unit: ""
                  window: 5s
                """.formatted(line));
        return MetricRules.read(file);
    }
}
