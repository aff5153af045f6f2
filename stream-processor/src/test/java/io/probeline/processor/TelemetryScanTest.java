package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the scan takes, Avro's reader and the checks take too, and find the same in it; what is whole, it takes. */
class TelemetryScanTest {
    private static final long SEED = Long.getLong("seed", 20_261_129);
    private static final List<TelemetryKind> KINDS =
            List.of(TelemetryKind.FRAME, TelemetryKind.TICK, TelemetryKind.END);
    private static final int RECORDS = 5_000;
    private static final int DAMAGES = 10;

    private final AvroFormat<Telemetry> format = new AvroFormat<>(Topics.TELEMETRY, new LocalSchemaRegistry());
    private final Intake<Telemetry> thorough = new Intake<>(format, Checks::telemetry, time -> {});
    private final TelemetryView view = new TelemetryView();
    private final TelemetryScan scan = new TelemetryScan(view);
    private final Random random = new Random(SEED);

    @Test
    void whatIsWholeIsTakenAsItIs() {
        for (int i = 0; i < RECORDS; i++) {
            var record = record(false);
            assertTrue(scan.scan(format.encode(record), AvroFormat.HEADER), () -> "seed " + SEED + " " + record);
            assertEquals(text(TelemetryView.of(record)), text(view), "seed " + SEED);
        }
    }

    @Test
    void whatIsOddIsTakenOnlyAsAvroTakesIt() {
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < RECORDS; i++) {
            var whole = format.encode(record(random.nextInt(4) == 0));
            for (int damage = 0; damage < DAMAGES; damage++) {
                if (judge(damaged(whole))) {
                    taken++;
                } else {
                    refused++;
                }
            }
        }
        // Neither is the rule, or nothing was tried.
        assertTrue(taken > RECORDS && refused > RECORDS, taken + " taken, " + refused + " refused, seed " + SEED);
    }

    @Test
    void anIntakeSaysWhatAvroAndTheChecksSay() {
        var intake = new TelemetryIntake(format, time -> {});
        for (int i = 0; i < RECORDS; i++) {
            var bytes = damaged(format.encode(record(random.nextBoolean())));
            switch (thorough.take(bytes)) {
                case Decoded.Ok<Telemetry>(var record) -> {
                    assertTrue(intake.take(bytes) instanceof Decoded.Ok<TelemetryView>(var shown)
                            && text(shown).equals(text(TelemetryView.of(record))));
                }
                case Decoded.Rejected<Telemetry>(var reason, var detail) ->
                    assertEquals(new Decoded.Rejected<TelemetryView>(reason, detail), intake.take(bytes));
            }
        }
        assertTrue(intake.take(null) instanceof Decoded.Rejected<TelemetryView>);
    }

    /** More sessions and names than there are places for, again and again. */
    @Test
    void whatIsGivenUpIsMadeAnew() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 40_000; i++) {
                var record = draft("call-" + i)
                        .setMetrics(Map.of("metric_" + i, (double) i))
                        .build();
                assertTrue(scan.scan(format.encode(record), AvroFormat.HEADER));
                assertEquals(text(TelemetryView.of(record)), text(view));
            }
        }
    }

    @Test
    void aNameThatComesTwiceIsLeftToAvro() {
        var once =
                format.encode(draft("call").setMetrics(Map.of("latency", 1.0)).build());
        // The map is last: a block of one entry becomes a block of two equal ones.
        int entry = 1 + "latency".length() + Double.BYTES;
        int begin = once.length - 1 - entry;
        var twice = new byte[once.length + entry];
        System.arraycopy(once, 0, twice, 0, once.length - 1);
        twice[begin - 1] = 4;
        System.arraycopy(once, begin, twice, begin + entry, entry);
        assertFalse(scan.scan(twice, AvroFormat.HEADER));
        assertTrue(thorough.take(twice) instanceof Decoded.Ok<Telemetry>(var record)
                && record.getMetrics().equals(Map.of("latency", 1.0)));
    }

    private boolean judge(byte[] bytes) {
        boolean own = format.wrote(bytes);
        boolean taken = own && scan.scan(bytes, AvroFormat.HEADER);
        if (taken) {
            assertTrue(
                    thorough.take(bytes) instanceof Decoded.Ok<Telemetry>(var record)
                            && text(TelemetryView.of(record)).equals(text(view)),
                    () -> "seed " + SEED + " " + Arrays.toString(bytes) + " " + text(view));
        }
        return taken;
    }

    private byte[] damaged(byte[] whole) {
        var bytes = whole.clone();
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(3));
            case 2 -> {
                bytes[at] = (byte) random.nextInt();
                yield bytes;
            }
            case 3 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            default -> bytes;
        };
    }

    private Telemetry record(boolean odd) {
        var metrics = new LinkedHashMap<String, Double>();
        for (int left = random.nextInt(odd ? 70 : 65); left > 0; left--) {
            metrics.put(name(odd), odd && random.nextInt(50) == 0 ? Double.NaN : random.nextGaussian() * 1e3);
        }
        return draft(odd && random.nextInt(10) == 0 ? "Ünsinn " + random.nextInt() : "call-" + random.nextInt(1_000))
                .setKind(KINDS.get(random.nextInt(KINDS.size())))
                .setReceivedAt(Instant.ofEpochMilli(
                        odd ? random.nextLong() >> random.nextInt(64) : 1_764_400_000_000L + random.nextInt()))
                .setDeviceTime(random.nextBoolean() ? null : Instant.ofEpochMilli(random.nextLong() >> (odd ? 0 : 12)))
                .setSeq(random.nextBoolean() ? null : random.nextLong() >> (odd ? 0 : 12))
                .setLost(random.nextInt(odd ? -1 : 0, 5))
                .setDuplicates(random.nextInt(3))
                .setMetrics(metrics)
                .build();
    }

    private String name(boolean odd) {
        var known = List.of("signal_strength", "latency", "packet_loss", "errors", "größe", "");
        return random.nextBoolean()
                ? known.get(random.nextInt(known.size()))
                : "m".repeat(random.nextInt(odd ? 70 : 64));
    }

    private static Telemetry.Builder draft(String interaction) {
        return Telemetry.newBuilder()
                .setInteractionId(interaction)
                .setSessionId("session-of-" + interaction)
                .setDeviceId("device")
                .setKind(TelemetryKind.FRAME)
                .setReceivedAt(Instant.parse("2026-11-22T10:00:00Z"))
                .setMetrics(Map.of());
    }

    /** Everything but the order of the metrics, which a map does not keep. */
    private static String text(TelemetryView view) {
        var metrics = new TreeMap<String, Double>();
        for (int i = 0; i < view.size(); i++) {
            metrics.put(view.name(i), view.value(i));
        }
        return view.subject() + " " + view.kind() + " " + view.receivedAt() + " " + view.skew() + " " + view.lost()
                + " " + view.duplicates() + " " + view.size() + " " + metrics;
    }
}
