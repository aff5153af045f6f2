package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.record.AggregateKind;
import io.probeline.record.LineKind;
import io.probeline.record.SessionState;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.record.TranscriptLine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes in and comes out of the whole topology, with Streams' driver. */
class TopologyTest {
    private final Frames frames = Frames.of("a");

    @Test
    void sessionGoesFromOpenToItsTotals() {
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            var device = new Device("a");
            driven.request(device.open(0));
            driven.event(device.connected(1));
            driven.telemetry(frames.frame(1.5, "signal_strength", -70));
            driven.pass(Duration.ofSeconds(2));
            driven.request(device.close(3, "requested"));

            assertEquals(
                    List.of(SessionState.INITIATED, SessionState.COMPLETED, SessionState.CLOSED),
                    driven.sessions().stream()
                            .map(session -> session.getState())
                            .toList());
            assertEquals(
                    List.of(TelemetryKind.END),
                    driven.ticks().stream().map(Telemetry::getKind).toList());
            assertEquals(AggregateKind.TOTAL, driven.aggregates().getLast().getKind());
            assertEquals(
                    List.of(LineKind.UPDATE, LineKind.ENDED),
                    driven.lines().stream().map(TranscriptLine::getKind).toList());
            assertEquals(0, driven.deadLetters().size());
        }
    }
}
