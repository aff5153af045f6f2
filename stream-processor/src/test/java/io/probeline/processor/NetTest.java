package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What counts as silence: only time in which somebody listened. */
class NetTest {
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final Frames frames = Frames.of("net");
    private final Net net = new Net(Duration.ofHours(4));
    private final TelemetryView frame = TelemetryView.of(frames.frame(0, "latency", 20));
    private final Interaction interaction = Interaction.begin(frame);
    private long clock = 1_000_000_000;

    @Test
    void threeSecondsWithoutARecordAreATick() {
        net.heard(interaction, frame, clock);
        var ticks = looks(1_000, 1_000, 1_000);
        assertEquals(1, ticks.size());
        assertEquals(TelemetryKind.TICK, ticks.getFirst().getKind());
        assertEquals(2_500, since(ticks.getFirst()));
    }

    /** A tick that is ahead would make every frame that comes after it late. */
    @Test
    void aClockThatIsPutForwardIsNoSilence() {
        net.heard(interaction, frame, clock);
        assertEquals(List.of(), looks(1_000, HOUR));
        var ticks = looks(1_000, 1_000, 1_000);
        assertEquals(1, ticks.size());
        assertTrue(since(ticks.getFirst()) <= 5_000, "tick after " + since(ticks.getFirst()) + " ms");
    }

    @Test
    void aClockThatIsPutBackHidesNoSilence() {
        net.heard(interaction, frame, clock);
        assertEquals(1, looks(1_000, -HOUR, 1_000, 1_000).size());
    }

    /** What came meanwhile has not been read yet. */
    @Test
    void whoStoodStillHasNotListened() {
        net.heard(interaction, frame, clock);
        assertEquals(List.of(), looks(20_000));
        net.heard(interaction, frame, clock);
        assertEquals(List.of(), looks(1_000, 1_000));
    }

    /** Though it bears the tick's time: it tells of a bridge, and the tick is still on its way. */
    @Test
    void aFrameIsNotTakenForTheTick() {
        net.heard(interaction, frame, clock);
        var tick = looks(1_000, 1_000, 1_000).getFirst();
        net.heard(interaction, TelemetryView.of(frames.frame(since(tick) / 1_000.0, "latency", 20)), clock);
        assertEquals(List.of(), looks(1_000, 1_000, 1_000, 1_000));
        net.heard(interaction, TelemetryView.of(tick), clock);
        assertEquals(1, looks(1_000).size());
    }

    private List<Telemetry> looks(long... steps) {
        var ticks = new ArrayList<Telemetry>();
        for (long step : steps) {
            clock += step;
            net.look(interaction, clock).ifPresent(ticks::add);
        }
        return ticks;
    }

    private static long since(Telemetry tick) {
        return tick.getReceivedAt().toEpochMilli() - Frames.at(0);
    }
}
