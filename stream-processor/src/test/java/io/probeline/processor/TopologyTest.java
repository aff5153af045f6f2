package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.DeviceEvent;
import io.probeline.record.LineKind;
import io.probeline.record.Outcome;
import io.probeline.record.SessionRequest;
import io.probeline.record.SessionState;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    @Test
    void windowsCloseAlsoWhenTheBridgeIsGone() {
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            driven.telemetry(frames.frame(0.1, "latency", 20));
            driven.pass(Duration.ofSeconds(2));
            assertEquals(List.of(), driven.ticks(), "a bridge may be that late");
            driven.pass(Duration.ofSeconds(1));
            assertEquals(1, driven.ticks().size());
            assertEquals(1, driven.aggregates().size());
            driven.pass(Duration.ofSeconds(20));
            assertTrue(driven.ticks().stream().allMatch(tick -> tick.getKind() == TelemetryKind.TICK));
            assertTrue(
                    driven.aggregates().size() >= 12, () -> driven.aggregates().toString());
            assertEquals(driven.ticks().size(), driven.count("probeline_ticks_written"));
        }
    }

    @Test
    void bridgeThatTicksNeedsNoNet() {
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            for (int second = 0; second < 20; second++) {
                driven.telemetry(frames.tick(second));
                driven.pass(Duration.ofSeconds(1));
            }
            assertEquals(List.of(), driven.ticks());
        }
    }

    @Test
    void netFollowsTheClockOfTheBridgeNotItsOwn() {
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            driven.telemetry(frames.tick(-600));
            driven.pass(Duration.ofSeconds(4));
            var tick = driven.ticks().getFirst();
            assertTrue(tick.getReceivedAt().isBefore(Device.time(-596)), () -> tick.toString());
            assertTrue(tick.getReceivedAt().isAfter(Device.time(-598)), () -> tick.toString());
        }
    }

    @Test
    void telemetryThatNoSessionEndsIsEndedByTheNet() {
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            driven.telemetry(frames.tick(0));
            driven.telemetry(frames.tick(4 * 3600));
            driven.pass(Duration.ofSeconds(70));
            assertEquals(TelemetryKind.END, driven.ticks().getLast().getKind());
            int ticks = driven.ticks().size();
            driven.pass(Duration.ofSeconds(20));
            assertEquals(ticks, driven.ticks().size());
        }
    }

    @Test
    void clockOfOneDeviceMovesNobodysWindows() {
        var other = Frames.of("b");
        var alone = run(TranscriptPolicy.EVERY_WINDOW, frames, List.of());
        var beside = run(TranscriptPolicy.EVERY_WINDOW, frames, List.of(other));
        assertEquals(of(alone, frames), of(beside, frames));
        assertTrue(of(beside, other).stream()
                .allMatch(aggregate -> aggregate.getSkewMillis().orElse(0L) == 3_600_000L));
        assertEquals(of(alone, frames).size(), of(beside, other).size());
    }

    @Test
    void whatIsNoRecordIsADeadLetterAndTheNextOneCounts() {
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            var good = driven.formats.telemetry().encode(frames.frame(0, "latency", 20));
            var letters = List.of(
                    reject(driven, "undecodable", "a", "{\"json\":1}".getBytes(StandardCharsets.UTF_8)),
                    reject(driven, "undecodable", "a", Arrays.copyOf(good, good.length - 3)),
                    reject(driven, "undecodable", "a", new byte[0]),
                    reject(driven, "unknown_schema", "a", new byte[] {0, 0, 0, 9, 9, 1, 2, 3}),
                    reject(driven, "wrong_key", "conv-z", good),
                    reject(driven, "bad_metrics", frames.frame(0, "latency", Double.NaN)),
                    reject(driven, "bad_metrics", frames.frame(0, "latency", Double.NEGATIVE_INFINITY)),
                    reject(driven, "bad_metrics", frames.frame(0, "m".repeat(65), 1)),
                    reject(driven, "bad_id", new Frames("a b", "s", "d").frame(0, "latency", 1)),
                    reject(
                            driven,
                            "negative_count",
                            frames.record(TelemetryKind.TICK, 0).setLost(-1).build()),
                    reject(driven, "out_of_time", frames.frame(1e10, "latency", 1)));
            assertEquals(
                    letters,
                    driven.deadLetters().stream()
                            .map(letter -> letter.getReason())
                            .toList());
            var first = driven.deadLetters().getFirst();
            assertEquals(Topics.TELEMETRY.name(), first.getSource());
            assertEquals(0L, first.getOffset().orElseThrow());
            assertEquals(10, first.getSize());

            driven.telemetry(frames.frame(0, "latency", 20));
            driven.telemetry(frames.tick(2));
            assertEquals(1, driven.aggregates().size());
        }
    }

    @Test
    void badRequestsAndEventsAreDeadLettersToo() {
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            var device = new Device("a");
            var requests = driven.formats.requests();
            driven.raw(Topics.SESSION_REQUESTS, "device-a", new byte[] {1});
            driven.raw(Topics.SESSION_REQUESTS, "device-z", requests.encode(device.open(0)));
            driven.request(SessionRequest.newBuilder(device.open(0))
                    .setCustomerId(null)
                    .build());
            driven.request(SessionRequest.newBuilder(device.cancel(0, "c"))
                    .setCommandId(null)
                    .build());
            driven.event(DeviceEvent.newBuilder(device.done(0, "c", Outcome.OK))
                    .setOutcome(null)
                    .build());
            driven.event(DeviceEvent.newBuilder(device.sent(0, "c"))
                    .setCommandId(null)
                    .build());
            driven.raw(Topics.DEVICE_EVENTS, "device-a", requests.encode(device.open(0)));
            assertEquals(
                    List.of(
                            "undecodable",
                            "wrong_key",
                            "incomplete",
                            "incomplete",
                            "incomplete",
                            "incomplete",
                            "undecodable"),
                    driven.deadLetters().stream()
                            .map(letter -> letter.getReason())
                            .toList());
            driven.request(device.open(0));
            assertEquals(1, driven.sessions().size());
        }
    }

    @Test
    void replayOfTheTopicGivesIdenticalBytes() {
        for (var policy : TranscriptPolicy.values()) {
            long seed = 20_261_123L + policy.name().length();
            try (var live = new Driven(policy);
                    var again = new Driven(policy);
                    var andAgain = new Driven(policy)) {
                drive(live, seed);
                again.replay(live.telemetry);
                andAgain.replay(live.telemetry);
                assertSameBytes(found(live), found(again), "seed " + seed);
                assertSameBytes(found(again), found(andAgain), "seed " + seed);
                assertTrue(found(live).size() > 200, "the test must have something to compare");
            }
        }
    }

    @Test
    void idleSessionIsClosedAndItsTelemetryEnded() {
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            driven.request(new Device("a").open(0));
            driven.pass(Driven.IDLE.minusSeconds(1));
            assertEquals(1, driven.sessions().size());
            driven.pass(Duration.ofSeconds(2));
            assertEquals(SessionState.CLOSED, driven.sessions().getLast().getState());
            assertEquals("idle", driven.sessions().getLast().getReason().orElseThrow());
            assertEquals(1, driven.ticks().size());
            driven.pass(Duration.ofHours(1));
            assertEquals(2, driven.sessions().size());
            assertEquals(1, driven.ticks().size());
        }
    }

    @Test
    void watchingKeepsASessionOpenWithoutAFloodOfRecords() {
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            var device = new Device("a");
            driven.request(device.open(0));
            for (int second = 10; second <= 1_800; second += 10) {
                driven.pass(Duration.ofSeconds(10));
                driven.request(device.watched(second));
            }
            assertTrue(
                    driven.sessions().size() <= 32, () -> "" + driven.sessions().size());
            assertEquals(SessionState.INITIATED, driven.sessions().getLast().getState());
        }
    }

    @Test
    void sessionThatIsOverIsForgottenWhenNoStragglerCanCome() {
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            var other = Frames.of("b");
            driven.telemetry(frames.frame(0, "latency", 20));
            driven.telemetry(frames.end(1));
            driven.telemetry(frames.frame(2, "latency", 20));
            assertEquals(1, driven.count("probeline_telemetry_after_end"));
            assertEquals(1, driven.entries(ProcessorTopology.INTERACTIONS_STORE));
            driven.pass(Duration.ofMinutes(25));
            driven.telemetry(other.end(1_500));
            assertEquals(1, driven.entries(ProcessorTopology.INTERACTIONS_STORE), "only the other one");
        }
    }

    @Test
    void unknownDevicesLeaveNothingBehind() {
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH)) {
            driven.event(new Device("x").connected(0));
            driven.request(new Device("y").watched(0));
            assertEquals(0, driven.entries(ProcessorTopology.SESSIONS_STORE));
        }
    }

    @ParameterizedTest
    @EnumSource(Job.class)
    void everyNodeAndStoreHasItsName(Job job) throws IOException {
        var name = "topology-" + job.word() + ".txt";
        try (var driven = new Driven(TranscriptPolicy.ON_BREACH);
                var expected = TopologyTest.class.getResourceAsStream(name)) {
            var text = new String(Objects.requireNonNull(expected, name).readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(text.strip(), driven.description(job).strip(), "a changed topology is a decision");
        }
    }

    private static String reject(Driven driven, String reason, String key, byte[] bytes) {
        driven.raw(Topics.TELEMETRY, key, bytes);
        return reason;
    }

    private static String reject(Driven driven, String reason, Telemetry record) {
        driven.telemetry(record);
        return reason;
    }

    /** Half a minute of one session, beside others whose clock is an hour ahead. */
    private static List<Aggregate> run(TranscriptPolicy policy, Frames one, List<Frames> fast) {
        try (var driven = new Driven(policy)) {
            for (int i = 0; i < 300; i++) {
                driven.telemetry(one.frame(i / 10.0, Map.of("signal_strength", -70.0 - i % 7, "latency", 20.0)));
                for (var other : fast) {
                    driven.telemetry(other.record(TelemetryKind.FRAME, i / 10.0)
                            .setMetrics(Map.of("latency", 20.0))
                            .setDeviceTime(Device.time(3_600 + i / 10.0))
                            .build());
                }
            }
            driven.telemetry(one.tick(30));
            fast.forEach(other -> driven.telemetry(other.tick(30)));
            return driven.aggregates();
        }
    }

    private static List<Aggregate> of(List<Aggregate> all, Frames whose) {
        return all.stream()
                .filter(aggregate -> aggregate.getSessionId().equals(whose.sessionId()))
                .toList();
    }

    /** Ten sessions for two minutes: some silent for a while, some in breach, some closed, some whose bridge goes away. */
    private static void drive(Driven driven, long seed) {
        var random = new Random(seed);
        var all = IntStream.range(0, 10).mapToObj(i -> Frames.of("r" + i)).toList();
        for (int tenth = 0; tenth < 1_200; tenth++) {
            for (var one : all) {
                int which = all.indexOf(one);
                boolean silent = (which == 3 && tenth > 300 && tenth < 500) || (which == 4 && tenth > 400);
                if (!silent && random.nextInt(10) > 0) {
                    driven.telemetry(one.frame(
                            tenth / 10.0,
                            Map.of(
                                    "signal_strength",
                                    -80 - 10 * Math.sin(tenth / 60.0 + which),
                                    "latency",
                                    100 + random.nextGaussian() * 80 * which,
                                    "errors",
                                    random.nextInt(20) == 0 ? 1.0 : 0)));
                }
                if (tenth == 700 && which == 5) {
                    driven.telemetry(one.end(tenth / 10.0));
                }
            }
            if (tenth % 10 == 9) {
                driven.pass(Duration.ofSeconds(1));
            }
        }
    }

    /** Each topic in its order; between topics there is none. */
    private static List<ProducerRecord<String, byte[]>> found(Driven driven) {
        return driven.written.stream()
                .filter(record -> !record.topic().equals(Topics.TELEMETRY.name()))
                .sorted(Comparator.comparing(ProducerRecord::topic))
                .toList();
    }

    private static void assertSameBytes(
            List<ProducerRecord<String, byte[]>> expected, List<ProducerRecord<String, byte[]>> actual, String seed) {
        assertEquals(expected.size(), actual.size(), seed);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).topic(), actual.get(i).topic(), seed);
            assertEquals(expected.get(i).key(), actual.get(i).key(), seed);
            assertEquals(expected.get(i).timestamp(), actual.get(i).timestamp(), seed);
            assertArrayEquals(expected.get(i).value(), actual.get(i).value(), seed + ", record " + i);
        }
    }
}
