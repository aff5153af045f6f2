package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.Parked.Read;
import io.probeline.record.AlertState;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.RequestKind;
import io.probeline.record.Session;
import io.probeline.record.SessionState;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the board makes of records that come in any order across topics. */
class BoardTest {
    private static final SharedSite.Session S1 =
            new SharedSite.Session("interaction of S1", "device", "S1", new Client.Reply(202, Map.of(), ""));

    private final Instant now = Instant.now();
    private final Board board = new Board(line -> "said");
    private long offset;

    @BeforeAll
    static void trust() {
        var _ = new AvroFormat<>(Topics.AUDIT, new LocalSchemaRegistry());
    }

    @Test
    void whatIsReadBeforeItsSessionWaitsForIt() {
        read(Feed.DEVICE_EVENTS, Records.event(S1, DeviceEventKind.CONNECTED).build(), now);
        read(Feed.ALERTS, Records.alert(S1, AlertState.RAISED), now);
        assertTrue(board.interaction(S1.interaction()).isEmpty());
        read(Feed.SESSIONS, DeviceStandingTest.session("S1", 1, SessionState.RUNNING), now);

        var view = board.interaction(S1.interaction()).orElseThrow().view();
        assertEquals(Presence.Status.LIVE, view.presence().status());
        assertEquals(1, view.alerts().size());
    }

    @Test
    void whatIsOldAndOfNobodyIsLetGo() {
        read(
                Feed.DEVICE_EVENTS,
                Records.event(S1, DeviceEventKind.CONNECTED).build(),
                now.minus(Duration.ofMinutes(5)));
        read(Feed.SESSIONS, DeviceStandingTest.session("S1", 1, SessionState.RUNNING), now);
        assertEquals(
                Presence.Status.DISCONNECTED,
                board.interaction(S1.interaction())
                        .orElseThrow()
                        .view()
                        .presence()
                        .status());
    }

    @Test
    void whatWaitsIsBounded() {
        for (int i = 0; i < 3_000; i++) {
            var session = new SharedSite.Session("i" + i, "d" + i, "S" + i, S1.reply());
            read(
                    Feed.DEVICE_EVENTS,
                    Records.event(session, DeviceEventKind.CONNECTED).build(),
                    now);
        }
        for (int i = 0; i < 100; i++) {
            read(
                    Feed.DEVICE_EVENTS,
                    Records.event(S1, DeviceEventKind.CONNECTED).build(),
                    now);
        }
        assertEquals(2_001 + 36, board.size().recordsDropped());
    }

    @Test
    void aSessionThatTheProcessorRefusedIsGone() {
        read(Feed.REQUESTS, DeviceStandingTest.request(RequestKind.OPEN, "S1", 1), now);
        assertTrue(board.interaction(S1.interaction()).orElseThrow().open());
        read(Feed.SESSIONS, DeviceStandingTest.session("other", 1, SessionState.INITIATED), now);
        assertTrue(board.interaction(S1.interaction()).isEmpty());
        assertTrue(board.interaction("interaction of other").orElseThrow().open());
    }

    @Test
    void anEndedSessionIsShownBesideTheNextOne() {
        read(Feed.SESSIONS, DeviceStandingTest.session("S1", 1, SessionState.RUNNING), now);
        read(Feed.SESSIONS, closed("S1", 1, now), now);
        read(Feed.SESSIONS, DeviceStandingTest.session("S2", 2, SessionState.INITIATED), now);
        var first = board.interaction(S1.interaction()).orElseThrow();
        assertFalse(first.open());
        assertTrue(first.view().closed());
        assertTrue(board.interaction("interaction of S2").orElseThrow().open());

        board.sweep(now.plus(Duration.ofHours(2)));
        assertTrue(board.interaction(S1.interaction()).isEmpty());
        assertTrue(board.interaction("interaction of S2").isPresent());
    }

    @Test
    void sessionsThatEndedLongAgoAreNotShownButKnown() {
        read(Feed.SESSIONS, closed("S1", 7, now.minus(Duration.ofDays(3))), now);
        assertTrue(board.interaction(S1.interaction()).isEmpty());
        assertEquals(8, board.device("device").nextGeneration());
    }

    @Test
    void readersOfAnEndedSessionAreEndedInTime() throws InterruptedException {
        read(Feed.SESSIONS, DeviceStandingTest.session("S1", 1, SessionState.RUNNING), now);
        var reader =
                board.subscribe(S1.interaction(), Optional.empty(), () -> {}).orElseThrow();
        assertEquals("session", reader.next(Duration.ZERO).orElseThrow().event().type());
        read(Feed.SESSIONS, closed("S1", 1, now), now);
        assertEquals("session", reader.next(Duration.ZERO).orElseThrow().event().type());
        board.sweep(now.plusSeconds(30));
        assertFalse(reader.over());
        board.sweep(now.plusSeconds(61));
        assertTrue(reader.over());
    }

    @Test
    void aWatchedSessionIsToldOfOnceAMinute() {
        read(Feed.SESSIONS, DeviceStandingTest.session("S1", 1, SessionState.RUNNING), now);
        var minute = Duration.ofMinutes(1);
        assertFalse(board.dueWatched("S1", now, minute), "nobody looks on");
        var _ = board.subscribe(S1.interaction(), Optional.empty(), () -> {});
        assertTrue(board.dueWatched("S1", now, minute));
        assertFalse(board.dueWatched("S1", now.plusSeconds(59), minute));
        assertTrue(board.dueWatched("S1", now.plusSeconds(60), minute));
    }

    private void read(Feed feed, SpecificRecord value, Instant written) {
        board.fold(new Read(feed, offset++, written, value), now);
    }

    private static Session closed(String sessionId, long generation, Instant at) {
        return Session.newBuilder(DeviceStandingTest.session(sessionId, generation, SessionState.CLOSED))
                .setClosedAt(at)
                .build();
    }
}
