package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Alert;
import io.probeline.record.AlertState;
import io.probeline.record.Level;
import io.probeline.record.LineKind;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.MetricRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How fast a value moves, and how often its alert may come and go. Values are one a window of five seconds. */
class TrendsTest {
    private static final String FALL =
            "fall: {within: 10s, warn: {above: 12, hysteresis: 4}, critical: {above: 30}, message: It falls fast.}";
    private static final String FLAPS = "flaps: {raises: 2, within: 5m, quiet: 20s}";

    private final Frames frames = Frames.of("a");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void fallIsHeldAgainstTheHighestWindowWithinItsTime() throws IOException {
        var found = feed(FALL, 100, 94, 87, 80, 75, 73, 72);
        assertEquals(List.of(AlertState.RAISED, AlertState.CLEARED), states(found));
        var raised = found.alerts.getFirst();
        assertEquals(13, raised.getValue(), "100 to 87 within 10 s");
        assertEquals(12, raised.getThreshold());
        assertEquals(10_000, raised.getChangeMillis().orElseThrow());
        assertEquals("It falls fast.", raised.getMessage());
        assertEquals("channel_scan", raised.getSuggestedCommand().orElseThrow(), "the command that helps");
        assertEquals(at(10), raised.getSince());
        assertEquals(at(15), raised.getAt());
        var cleared = found.alerts.getLast();
        assertEquals(7, cleared.getValue(), "80 to 73: 12 less the hysteresis is 8");
        assertEquals(
                "It falls fast.",
                updates(found).findFirst().orElseThrow().getMessage().orElseThrow());
    }

    @Test
    void slowFallIsNone() throws IOException {
        assertEquals(List.of(), states(feed(FALL, 100, 95, 90, 85, 80, 75, 70, 65)));
    }

    @Test
    void riseIsTheOtherWayAndAnEarlierFallIsForgotten() throws IOException {
        var rise = "rise: {within: 5s, warn: {above: 10}, message: It rises fast.}";
        assertEquals(List.of(), states(feed(rise, 50, 20, 10, 5)));
        assertEquals(List.of(AlertState.RAISED, AlertState.CLEARED), states(feed(rise, 5, 20, 20)));
    }

    @Test
    void afterASilenceThatIsLongerNothingIsKnownOfTheChange() throws IOException {
        var found = new Found(TranscriptPolicy.ON_BREACH, rules("", FALL));
        found.accept(frames.frame(0.5, "heat", 100));
        found.accept(frames.frame(20.5, "heat", 10));
        found.accept(frames.frame(25.5, "heat", 10));
        found.accept(frames.tick(30));
        assertEquals(List.of(), states(found));
    }

    @Test
    void theWorstGaugeGivesTheLevelOfTheOneAlert() throws IOException {
        var found = feed("warn: {above: 10}, " + FALL, 60, 20, 20, 20, 9);
        assertEquals(
                List.of(Level.WARN, Level.CRITICAL, Level.WARN, Level.CRITICAL),
                found.alerts.stream().map(Alert::getLevel).toList());
        assertEquals(List.of(), AlertLives.faults(found.alerts, false));
        assertEquals(40, found.alerts.get(1).getValue());
        assertEquals("It is hot.", found.alerts.get(2).getMessage());
        assertTrue(found.alerts.get(2).getChangeMillis().isEmpty());
    }

    @Test
    void whatFlickersIsHeldRaisedUntilItIsQuiet() throws IOException {
        // Hot and cool in turn for two minutes, then cool.
        var values = Stream.iterate(1, i -> i + 1)
                .limit(30)
                .mapToDouble(i -> i < 24 && i % 2 == 1 ? 11 : 9)
                .toArray();
        var found = new Found(TranscriptPolicy.ON_BREACH, rules(FLAPS, "warn: {above: 10}"));
        feed(found, values);
        assertEquals(
                List.of(AlertState.RAISED, AlertState.CLEARED, AlertState.RAISED, AlertState.CLEARED), states(found));
        assertFalse(found.alerts.getFirst().getFlapping());
        assertTrue(found.alerts.get(2).getFlapping());
        assertEquals("It is hot. It comes and goes.", found.alerts.get(2).getMessage());
        // Bad last in the window from 110 s, so quiet from 115 s; the window that begins 20 s later says so.
        assertEquals(at(140), found.alerts.getLast().getAt());
        assertFalse(found.alerts.getLast().getFlapping());
        assertEquals(
                4, updates(found).filter(line -> line.getReason().isPresent()).count(), "lines are no flood either");
    }

    @Test
    void heldAlertStillGetsWorseAtOnce() throws IOException {
        var found = new Found(TranscriptPolicy.ON_BREACH, rules(FLAPS, "warn: {above: 10}, critical: {above: 20}"));
        feed(found, 11, 9, 11, 9, 9, 21, 11, 9, 9, 9, 9, 9);
        assertEquals(
                List.of(Level.WARN, Level.WARN, Level.WARN, Level.CRITICAL, Level.CRITICAL),
                found.alerts.stream().map(Alert::getLevel).toList());
        assertEquals(at(30), found.alerts.get(3).getAt());
    }

    @Test
    void budgetIsFullAgainAfterItsTime() throws IOException {
        var found = new Found(
                TranscriptPolicy.ON_BREACH, rules("flaps: {raises: 2, within: 20s, quiet: 10m}", "warn: {above: 10}"));
        feed(found, 11, 9, 11, 9, 9, 9, 9, 9);
        assertEquals(
                List.of(AlertState.RAISED, AlertState.CLEARED, AlertState.RAISED, AlertState.CLEARED), states(found));
        assertEquals(at(25), found.alerts.getLast().getAt(), "the first rise, of 0 s, is out of the count at 20 s");
    }

    private Found feed(String metric, double... values) throws IOException {
        var found = new Found(TranscriptPolicy.ON_BREACH, rules("", metric));
        feed(found, values);
        return found;
    }

    private void feed(Found found, double... values) {
        for (int i = 0; i < values.length; i++) {
            found.accept(frames.frame(5 * i + 0.5, "heat", values[i]));
            found.restore();
        }
        found.accept(frames.tick(5 * values.length));
    }

    private static List<AlertState> states(Found found) {
        return found.alerts.stream().map(Alert::getState).toList();
    }

    private static Stream<TranscriptLine> updates(Found found) {
        return found.lines.stream()
                .filter(line ->
                        line.getKind() == LineKind.UPDATE && line.getReason().isPresent());
    }

    private static Instant at(double seconds) {
        return Instant.ofEpochMilli(Frames.at(seconds));
    }

    private MetricRules rules(String flaps, String metric) throws IOException {
        var file = Files.writeString(folder.resolve("metrics.yaml"), """
                version: 1
                framesPerSecond: 10
                %s
                metrics:
                  heat: {kind: continuous, unit: "", window: 5s, message: It is hot., suggests: channel_scan, %s}
                others: {kind: continuous, unit: "", window: 5s}
                """.formatted(flaps, metric));
        return MetricRules.read(file);
    }
}
