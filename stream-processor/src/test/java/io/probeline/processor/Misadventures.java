package io.probeline.processor;

import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * What may happen to a frame: one in ten never comes, one in ten is a tick instead, one in twenty comes 3 s late, before some others were lost or came twice; of
 * three devices, one has a clock that is an hour ahead, one an hour behind, and one has none.
 */
final class Misadventures {
    private Misadventures() {}

    /**
     * @param device tells which clock
     * @param at when it is due, in the session's seconds
     */
    static Optional<Telemetry> record(Frames session, int device, double at, Random random) {
        int kind = random.nextInt(20);
        if (kind < 2) {
            return Optional.empty();
        }
        boolean tick = kind < 4;
        boolean late = kind == 4;
        int ahead = 3_600 * (device % 3 - 1);
        var metrics = Map.of(
                "signal_strength",
                -70 + random.nextGaussian() * 10,
                "latency",
                Math.exp(random.nextGaussian() * 2),
                "packet_loss",
                random.nextDouble() / 3,
                "colour" + random.nextInt(3),
                random.nextDouble() * 1e9);
        return Optional.of(
                session.record(tick ? TelemetryKind.TICK : TelemetryKind.FRAME, late ? Math.max(0, at - 3) : at)
                        .setMetrics(tick ? Map.of() : metrics)
                        .setDeviceTime(ahead == 0 ? null : Device.time(at + ahead))
                        .setLost(random.nextInt(10) == 0 ? random.nextInt(5) : 0)
                        .setDuplicates(random.nextInt(10) == 0 ? 1 : 0)
                        .build());
    }
}
