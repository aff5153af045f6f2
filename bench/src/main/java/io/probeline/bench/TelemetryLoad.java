package io.probeline.bench;

import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.schemas.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Telemetry of many sessions at once, each at 10 Hz, in order of receipt, as one bridge would write it: the same seed and start give the same records. Most
 * sessions are well; one in a hundred has a weak signal and a slow line, so that alerts come, but not from everywhere.
 */
final class TelemetryLoad {
    static final Duration PERIOD = Duration.ofMillis(100);

    private static final int IN_TROUBLE = 100;

    private final long records;
    private final Instant start;
    private final long seed;
    private final Caller[] callers;

    /** Whose telemetry it is. */
    private record Caller(String interactionId, String sessionId, String deviceId) {}

    /** @param start a multiple of ten seconds, so that windows of every length begin there */
    TelemetryLoad(long records, int interactions, Instant start, long seed) {
        this.records = records;
        this.start = start;
        this.seed = seed;
        this.callers = new Caller[interactions];
        var random = new SplittableRandom(seed);
        for (int who = 0; who < interactions; who++) {
            var interactionId = new UUID(random.nextLong(), random.nextLong()).toString();
            callers[who] =
                    new Caller(interactionId, Ids.derived("session", interactionId), "device-%06d".formatted(who));
        }
    }

    /** One that ended a minute ago: to the processor it is a backlog, and to the broker far from being too old to keep. */
    static TelemetryLoad endedBefore(Instant now, long records, int interactions, long seed) {
        var length = PERIOD.multipliedBy(records / interactions + 1);
        var start = now.minus(length).minus(Duration.ofMinutes(1)).getEpochSecond();
        return new TelemetryLoad(records, interactions, Instant.ofEpochSecond(start - start % 10), seed);
    }

    long records() {
        return records;
    }

    int interactions() {
        return callers.length;
    }

    /** Every session has a record at this time or later: windows that end by then have closed, whoever closes them. */
    Instant wholeUntil() {
        return start.plus(PERIOD.multipliedBy(Math.max(0, records / callers.length - 1)));
    }

    Telemetry record(long index) {
        int who = (int) (index % callers.length);
        long tick = index / callers.length;
        var caller = callers[who];
        var at = start.plus(PERIOD.multipliedBy(tick)).plusMillis(PERIOD.toMillis() * who / callers.length);
        return Telemetry.newBuilder()
                .setInteractionId(caller.interactionId())
                .setSessionId(caller.sessionId())
                .setDeviceId(caller.deviceId())
                .setKind(TelemetryKind.FRAME)
                .setReceivedAt(at)
                .setDeviceTime(at.minusMillis(7 + who % 40))
                .setSeq(tick)
                .setMetrics(metrics(new SplittableRandom(seed + index), who % IN_TROUBLE == 0))
                .build();
    }

    /** As devices say them: a digit or two behind the point, and nothing lost most of the time. */
    private static Map<String, Double> metrics(SplittableRandom random, boolean troubled) {
        var metrics = new HashMap<String, Double>();
        metrics.put("signal_strength", tenths(random.nextGaussian(troubled ? -82 : -58, 3)));
        metrics.put("latency", tenths(Math.max(1, random.nextGaussian(troubled ? 180 : 35, 12))));
        metrics.put("packet_loss", random.nextInt(5) == 0 ? tenths(random.nextDouble(1.5)) : 0.0);
        metrics.put("errors", random.nextInt(5_000) == 0 ? 1.0 : 0.0);
        return metrics;
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
