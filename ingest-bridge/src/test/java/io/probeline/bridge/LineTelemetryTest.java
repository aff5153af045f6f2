package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Session;
import io.probeline.record.SessionState;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every frame once, and a tick where there was none. */
class LineTelemetryTest {
    private static final Instant OPENED = Instant.parse("2026-11-22T10:00:00.500Z");

    private static Moment at(Duration since) {
        return new Moment(since.toNanos(), OPENED.plus(since));
    }

    private static Moment at(long millis) {
        return at(Duration.ofMillis(millis));
    }

    /** Of a window, in seconds after a round time; sessions are opened half a second after it. */
    private static Instant end(long seconds) {
        return OPENED.truncatedTo(ChronoUnit.MINUTES).plusSeconds(seconds);
    }

    private static LineTelemetry fresh(Instant activeAt) {
        var session = Session.newBuilder()
                .setInteractionId("call")
                .setSessionId("session")
                .setDeviceId("device")
                .setGeneration(1)
                .setCustomerId("customer")
                .setState(SessionState.INITIATED)
                .setCommands(List.of())
                .setPending(List.of())
                .setCancelled(List.of())
                .setOpenedAt(OPENED)
                .setOpenedBy("test")
                .setUpdatedAt(OPENED)
                .setActiveAt(activeAt)
                .build();
        return new LineTelemetry(session, at(0));
    }

    private static DeviceFrame.Telemetry frame(@Nullable Long seq) {
        return new DeviceFrame.Telemetry(null, seq, Map.of("a", 1.0));
    }

    private static Telemetry there(Optional<Telemetry> record) {
        return record.orElseThrow();
    }

    @Test
    void aTickWhereNoFrameClosesAWindow() {
        var line = fresh(OPENED);
        assertEquals(
                TelemetryKind.TICK, there(line.windowEnded(end(2), at(1_550))).getKind());
        there(line.frame(frame(null), at(3_499)));
        assertEquals(
                OPENED.plusMillis(3_550),
                there(line.windowEnded(end(4), at(3_550))).getReceivedAt());
        there(line.frame(frame(null), at(4_500)));
        assertTrue(line.windowEnded(end(5), at(4_550)).isEmpty(), "the frame has closed it");
        assertTrue(line.windowEnded(end(5), at(4_600)).isEmpty());
        assertEquals(
                TelemetryKind.TICK, there(line.windowEnded(end(6), at(5_550))).getKind());
    }

    @Test
    void aTickAlsoWhereTheBridgeBeforeHadAClockThatIsAhead() {
        var line = fresh(OPENED.plusMillis(3_000));
        assertEquals(
                OPENED.plusMillis(3_000),
                there(line.windowEnded(end(2), at(1_550))).getReceivedAt());
    }

    @Test
    void repeatsAreCountedOntoTheNextRecord() {
        var line = fresh(OPENED);
        there(line.frame(frame(1L), at(0)));
        assertTrue(line.frame(frame(1L), at(1)).isEmpty());
        assertTrue(line.frame(frame(1L), at(2)).isEmpty());
        assertEquals(2, there(line.frame(frame(2L), at(3))).getDuplicates());
        assertEquals(0, there(line.frame(frame(3L), at(4))).getDuplicates());
        assertTrue(line.frame(frame(3L), at(5)).isEmpty());
        assertEquals(
                1,
                there(line.windowEnded(end(2), at(1_550))).getDuplicates(),
                "a tick takes them too, if nothing else does");
    }

    @Test
    void gapsAreCountedWithinAConnection() {
        var line = fresh(OPENED);
        there(line.frame(frame(1L), at(0)));
        assertEquals(3, there(line.frame(frame(5L), at(1))).getLost());
        line.connected();
        assertEquals(0, there(line.frame(frame(100L), at(2))).getLost());
    }

    @Test
    void theTimeOfReceiptNeverFalls() {
        var line = fresh(OPENED.plusMillis(300));
        assertEquals(
                OPENED.plusMillis(300), there(line.frame(frame(1L), at(100))).getReceivedAt());
        assertEquals(
                OPENED.plusMillis(400), there(line.frame(frame(2L), at(400))).getReceivedAt());
        assertEquals(
                OPENED.plusMillis(400), there(line.frame(frame(3L), at(390))).getReceivedAt());
    }

    @Test
    void aClockFarAheadIsNotBelieved() {
        var line = fresh(OPENED.plus(Duration.ofHours(1)));
        assertEquals(OPENED, there(line.frame(frame(1L), at(0))).getReceivedAt());
    }
}
