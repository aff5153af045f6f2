package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A seeded recording of a thousand sessions: every window, to the last digit, as plain code finds it. */
class OracleTest {
    private static final int SESSIONS = 1_000;
    private static final long SEED = 4_711;

    @Test
    void everyWindowIsAsPlainCodeFindsIt() {
        var recording = recording(new Random(SEED));
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            recording.forEach(driven::telemetry);
            var bySession = new LinkedHashMap<String, List<Telemetry>>();
            for (var record : recording) {
                bySession
                        .computeIfAbsent(record.getSessionId(), id -> new ArrayList<>())
                        .add(record);
            }
            var found = new HashMap<String, List<Aggregate>>();
            for (var aggregate : driven.aggregates()) {
                found.computeIfAbsent(aggregate.getSessionId(), id -> new ArrayList<>())
                        .add(aggregate);
            }
            assertEquals(SESSIONS, found.size(), "seed " + SEED);
            bySession.forEach((session, records) -> compare(session, records, found.getOrDefault(session, List.of())));
        }
    }

    private static void compare(String session, List<Telemetry> records, List<Aggregate> found) {
        var oracle = new Oracle(records);
        for (long length : List.of(Interaction.FAST, Interaction.SLOW)) {
            assertEquals(
                    String.join("\n", oracle.windows(length)),
                    String.join("\n", windows(found, length)),
                    session + ", seed " + SEED);
        }
        assertEquals(List.of(oracle.total()), totals(found), session + ", seed " + SEED);
        assertTrue(windows(found, Interaction.FAST).size() > 3);
    }

    static List<String> windows(List<Aggregate> found, long length) {
        return found.stream()
                .filter(aggregate -> aggregate.getKind() == AggregateKind.WINDOW)
                .filter(aggregate -> Duration.between(aggregate.getWindowStart(), aggregate.getWindowEnd())
                                .toMillis()
                        == length)
                .map(Oracle::text)
                .toList();
    }

    static List<String> totals(List<Aggregate> found) {
        return found.stream()
                .filter(aggregate -> aggregate.getKind() == AggregateKind.TOTAL)
                .map(Oracle::totalText)
                .toList();
    }

    /**
     * Interleaved; some frames late, some lost, some with another metric than the one before, some sessions silent for a while, each ended at a time of its own; of three
     * devices, one has a clock that is an hour ahead, one an hour behind, and one has none.
     */
    private static List<Telemetry> recording(Random random) {
        var recording = new ArrayList<Telemetry>();
        var sessions = new ArrayList<Frames>();
        var ends = new ArrayList<Integer>();
        for (int i = 0; i < SESSIONS; i++) {
            sessions.add(Frames.of("o" + i));
            ends.add(12_000 + random.nextInt(15_000));
        }
        for (int millis = 0; millis < 28_000; millis += 200) {
            for (int i = 0; i < SESSIONS; i++) {
                double at = (millis + random.nextInt(200)) / 1000.0;
                if (millis < ends.get(i)) {
                    record(sessions.get(i), 3_600 * (i % 3 - 1), at, random, recording);
                } else if (millis < ends.get(i) + 200) {
                    recording.add(sessions.get(i).end(at));
                }
            }
        }
        return recording;
    }

    private static void record(Frames session, int ahead, double at, Random random, List<Telemetry> into) {
        int kind = random.nextInt(20);
        if (kind < 2) {
            return;
        }
        boolean tick = kind < 4;
        boolean late = kind == 4;
        var metrics = Map.of(
                "signal_strength",
                -70 + random.nextGaussian() * 10,
                "latency",
                Math.exp(random.nextGaussian() * 2),
                "packet_loss",
                random.nextDouble() / 3,
                "colour" + (random.nextInt(8) == 0 ? random.nextInt(3) : 0),
                random.nextDouble() * 1e9);
        into.add(session.record(tick ? TelemetryKind.TICK : TelemetryKind.FRAME, late ? Math.max(0, at - 3) : at)
                .setMetrics(tick ? Map.of() : metrics)
                .setDeviceTime(ahead == 0 ? null : Device.time(at + ahead))
                .setLost(random.nextInt(10) == 0 ? random.nextInt(5) : 0)
                .setDuplicates(random.nextInt(10) == 0 ? 1 : 0)
                .build());
    }
}
