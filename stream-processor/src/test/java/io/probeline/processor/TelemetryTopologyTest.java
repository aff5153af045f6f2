package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketchProtoBinding;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import com.google.protobuf.InvalidProtocolBufferException;
import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code aggregates} says of telemetry, line by line of what is promised, with Streams' driver. */
class TelemetryTopologyTest {
    private static final int HOUR = 3_600;

    private final Frames frames = Frames.of("a");
    private final Driven driven = new Driven(TranscriptPolicy.ON_BREACH);

    @AfterEach
    void stop() {
        driven.close();
    }

    @Test
    void aWindowHasItsStatisticsAndASketchThatAddsUp() throws InvalidProtocolBufferException {
        for (int i = 0; i < 100; i++) {
            driven.telemetry(
                    frames.frame(i / 10.0, Map.of("signal_strength", -70.0 - i % 50, "latency", 20.0 + i % 20)));
        }
        driven.telemetry(frames.tick(10));
        var signals = metrics(windows(5), "signal_strength");
        var signal = signals.getFirst();
        assertEquals(-119, signal.getMin());
        assertEquals(-70, signal.getMax());
        assertEquals(-94.5, signal.getAvg());
        assertEquals(-119, signal.getLast());
        assertEquals(50, signal.getCount());
        assertEquals(List.of("latency"), names(windows(2).getFirst()), "critical metrics every 2 s");
        var merged = sketch(signals.getFirst());
        merged.mergeWith(sketch(signals.getLast()));
        assertEquals(100, merged.getCount());
        assertEquals(-94, merged.getValueAtQuantile(0.5), 1);
        assertEquals(-119, merged.getMinValue(), 1.2);
    }

    @Test
    void thereIsOneRecordForEachInteractionAndWindowAlsoWithoutData() {
        var other = Frames.of("b");
        for (int second = 0; second <= 60; second++) {
            driven.telemetry(second < 7 ? frames.frame(second, "latency", 20) : frames.tick(second));
            driven.telemetry(other.tick(second + 0.5));
        }
        for (var session : List.of(frames, other)) {
            for (int length : List.of(2, 5)) {
                var starts = windows(length).stream()
                        .filter(window -> window.getSessionId().equals(session.sessionId()))
                        .map(Aggregate::getWindowStart)
                        .toList();
                var all = IntStream.range(0, 60 / length)
                        .mapToObj(i -> Device.time(i * length))
                        .toList();
                assertEquals(all, starts, session + " " + length);
            }
        }
        var silent = windows(5).stream()
                .filter(window -> window.getSessionId().equals(frames.sessionId()))
                .skip(2)
                .toList();
        assertEquals(10, silent.size());
        for (var window : silent) {
            assertEquals(0, window.getReceived());
            assertEquals(50, window.getExpected());
            assertEquals(Map.of(), window.getMetrics());
        }
    }

    @Test
    void everyRecordCountsWhatCameAndWhatDidNot() {
        driven.telemetry(lossy(1, 3, 0));
        driven.telemetry(lossy(6, 0, 2));
        driven.telemetry(frames.frame(4.5, "latency", 20));
        driven.telemetry(frames.tick(10));
        driven.telemetry(frames.end(12));
        assertEquals(
                List.of(List.of(1L, 40L, 3L, 0L, 0L), List.of(1L, 50L, 0L, 2L, 1L), List.of(0L, 20L, 0L, 0L, 0L)),
                windows(5).stream().map(TelemetryTopologyTest::counts).toList());
        assertEquals(
                List.of(3L, 0L, 0L, 2L, 0L, 0L),
                windows(2).stream()
                        .map(window -> window.getLost() + window.getDuplicate())
                        .toList());
        assertEquals(AggregateKind.TOTAL, driven.aggregates().getLast().getKind());
        assertEquals(List.of(2L, 110L, 3L, 2L, 1L), counts(driven.aggregates().getLast()));
    }

    /** The way of a tick from its bridge is the only wait: nothing but it is needed, and no clock of this machine. */
    @Test
    void aTickClosesWhatEndedBeforeIt() {
        driven.telemetry(frames.frame(1.99, "latency", 20));
        assertEquals(0, windows(2).size());
        driven.telemetry(frames.tick(2.05));
        assertEquals(1, windows(2).size());
        assertEquals(1, windows(2).getFirst().getReceived());
        driven.telemetry(frames.tick(5.05));
        assertEquals(2, windows(2).size());
        assertEquals(1, windows(5).size());
    }

    /** Without a bridge: three seconds of silence, a look each second, half a second behind. */
    @Test
    void theNetClosesEachWindowSoonEnough() {
        driven.telemetry(frames.frame(0.1, "latency", 20));
        var seen = new HashSet<Instant>();
        for (int second = 1; second <= 30; second++) {
            driven.pass(Duration.ofSeconds(1));
            for (var window : driven.aggregates()) {
                var behind = Duration.between(window.getWindowEnd(), Device.time(second));
                if (seen.add(window.getWindowEnd()) && second > 4) {
                    assertTrue(behind.compareTo(Duration.ofMillis(1_500)) <= 0, "closed after " + behind);
                }
            }
        }
        assertEquals(14, windows(2).size());
    }

    @Test
    void aClockThatIsAheadOrBehindMovesNobodysWindowsAndIsSeenAsSkew() {
        var ahead = Frames.of("b");
        var behind = Frames.of("c");
        for (int tenth = 0; tenth < 300; tenth++) {
            driven.telemetry(frames.frame(tenth / 10.0, "latency", 20));
            driven.telemetry(off(ahead, tenth / 10.0, HOUR));
            driven.telemetry(off(behind, tenth / 10.0, -HOUR));
        }
        for (var session : List.of(frames, ahead, behind)) {
            driven.telemetry(session.tick(30));
        }
        var windows = windows(2);
        assertEquals(45, windows.size());
        for (var window : windows) {
            assertEquals(20, window.getReceived());
            var skew = window.getSkewMillis();
            switch (window.getDeviceId()) {
                case "device-a" -> assertTrue(skew.isEmpty());
                case "device-b" -> assertEquals(HOUR * 1_000L, skew.orElseThrow());
                default -> assertEquals(-HOUR * 1_000L, skew.orElseThrow());
            }
        }
        assertEquals(windows.stream().map(Aggregate::getWindowStart).distinct().count() * 3, windows.size());
    }

    /** Also where the bridge's clock is the one that is off: its own sessions have other times, and nobody else's do. */
    @Test
    void aBridgesClockMovesNobodyElsesWindows() {
        var far = Frames.of("far");
        for (int tenth = 0; tenth < 100; tenth++) {
            driven.telemetry(frames.frame(tenth / 10.0, "latency", 20));
            driven.telemetry(far.frame(HOUR + tenth / 10.0, "latency", 20));
        }
        driven.telemetry(frames.tick(10));
        var mine = windows(5).stream()
                .filter(window -> window.getDeviceId().equals(frames.deviceId()))
                .toList();
        assertEquals(
                List.of(50L, 50L), mine.stream().map(Aggregate::getReceived).toList());
        assertEquals(
                List.of(Device.time(0), Device.time(5)),
                mine.stream().map(Aggregate::getWindowStart).toList());
    }

    /** Ticks of the net, the end of a session that was closed, and the one of a session that nobody closes: all of it is in the topic. */
    @Test
    void aReplayHasTheSameTicksAndEnds() {
        var device = new Device("a");
        driven.request(device.open(0));
        driven.telemetry(frames.frame(1, "latency", 500));
        driven.pass(Duration.ofSeconds(12));
        driven.request(device.close(12, "requested"));
        var orphan = Frames.of("orphan");
        driven.telemetry(orphan.tick(12));
        driven.telemetry(orphan.tick(HOUR));
        driven.telemetry(orphan.tick(4 * HOUR + 11));
        driven.pass(Duration.ofSeconds(75));
        var kinds = driven.telemetry.stream().map(this::kind).toList();
        assertEquals(2, kinds.stream().filter(TelemetryKind.END::equals).count());
        assertTrue(kinds.stream().filter(TelemetryKind.TICK::equals).count() > 10);
        for (int again = 0; again < 2; again++) {
            try (var replayed = new Driven(TranscriptPolicy.ON_BREACH)) {
                replayed.replay(driven.telemetry);
                assertEquals(found(driven), found(replayed));
                assertEquals(0, replayed.count("probeline_ticks_written"));
            }
        }
        assertTrue(found(driven).size() > 5_000);
    }

    @Test
    void whatIsNoRecordStopsNobody() {
        driven.telemetry(frames.frame(0, "latency", 20));
        driven.raw(Topics.TELEMETRY, frames.interactionId(), null);
        driven.raw(Topics.TELEMETRY, null, driven.formats.telemetry().encode(frames.tick(1)));
        driven.raw(Topics.TELEMETRY, frames.interactionId(), new byte[] {1, 2, 3});
        driven.telemetry(frames.frame(1, "latency", Double.POSITIVE_INFINITY));
        driven.telemetry(frames.tick(2));
        assertEquals(
                List.of("no_value", "wrong_key", "undecodable", "bad_metrics"),
                driven.deadLetters().stream().map(letter -> letter.getReason()).toList());
        assertEquals(1, windows(2).size());
        assertEquals(1, windows(2).getFirst().getReceived());
    }

    private Telemetry lossy(double seconds, long lost, long duplicates) {
        return frames.record(TelemetryKind.FRAME, seconds)
                .setLost(lost)
                .setDuplicates(duplicates)
                .build();
    }

    private static Telemetry off(Frames session, double seconds, int ahead) {
        return session.record(TelemetryKind.FRAME, seconds)
                .setMetrics(Map.of("latency", 20.0))
                .setDeviceTime(Device.time(seconds + ahead))
                .build();
    }

    private List<Aggregate> windows(int seconds) {
        return driven.aggregates().stream()
                .filter(aggregate -> aggregate.getKind() == AggregateKind.WINDOW)
                .filter(aggregate -> Duration.between(aggregate.getWindowStart(), aggregate.getWindowEnd())
                        .equals(Duration.ofSeconds(seconds)))
                .toList();
    }

    private static List<Long> counts(Aggregate of) {
        return List.of(of.getReceived(), of.getExpected(), of.getLost(), of.getDuplicate(), of.getLate());
    }

    private static List<String> names(Aggregate of) {
        return of.getMetrics().keySet().stream().sorted().toList();
    }

    private static List<MetricAggregate> metrics(List<Aggregate> windows, String name) {
        return windows.stream()
                .map(window -> Objects.requireNonNull(window.getMetrics().get(name)))
                .toList();
    }

    /** As any consumer reads it. */
    private static DDSketch sketch(MetricAggregate metric) throws InvalidProtocolBufferException {
        return DDSketchProtoBinding.fromProto(
                UnboundedSizeDenseStore::new,
                com.datadoghq.sketch.ddsketch.proto.DDSketch.parseFrom(
                        metric.getSketch().orElseThrow()));
    }

    private TelemetryKind kind(ProducerRecord<String, byte[]> record) {
        return switch (driven.formats.telemetry().decode(record.value())) {
            case Decoded.Ok<Telemetry>(var value) -> value.getKind();
            case Decoded.Rejected<Telemetry> rejected -> throw new AssertionError(rejected);
        };
    }

    /** What the windows have written, each topic in its order, to the byte. */
    private static List<String> found(Driven driven) {
        var found = new ArrayList<String>();
        for (var topic : List.of(Topics.AGGREGATES, Topics.ALERTS, Topics.TRANSCRIPT)) {
            for (var record : driven.written) {
                if (record.topic().equals(topic.name())) {
                    found.add(record.topic() + " " + record.key() + " " + record.timestamp() + " "
                            + HexFormat.of().formatHex(record.value()));
                }
            }
        }
        return found;
    }
}
