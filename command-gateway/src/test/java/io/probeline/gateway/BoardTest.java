package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.Parked.Read;
import io.probeline.record.AlertState;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.RequestKind;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.SessionState;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

    /** Compacted: of the first session nothing is left but its requests. */
    @Test
    void aSessionWhoseEndIsNoLongerInTheTopicIsGone() {
        read(Feed.REQUESTS, DeviceStandingTest.request(RequestKind.OPEN, "S1", 1), now);
        read(Feed.REQUESTS, DeviceStandingTest.request(RequestKind.CLOSE, "S1", 1), now);
        read(Feed.REQUESTS, DeviceStandingTest.request(RequestKind.OPEN, "S2", 2), now);
        read(Feed.SESSIONS, DeviceStandingTest.session("S2", 2, SessionState.RUNNING), now);
        assertEquals(
                List.of("S2"),
                board.open().stream().map(SessionView.Facts::sessionId).toList());
        assertTrue(board.interaction(S1.interaction()).isEmpty());
        assertEquals(1, board.size().sessions());
    }

    @Test
    void whatIsAskedForAheadOfTheProcessorStays() {
        read(Feed.REQUESTS, DeviceStandingTest.request(RequestKind.OPEN, "S2", 2), now);
        read(Feed.SESSIONS, closed("S1", 1, now), now);
        assertTrue(board.interaction("interaction of S2").orElseThrow().open());
        assertTrue(board.interaction(S1.interaction()).isPresent());
    }

    @Test
    void readersOfAnEndedSessionComeBackForTheNextOne() throws InterruptedException {
        read(Feed.SESSIONS, of("call", "S1", 1, now), now);
        var early = board.subscribe("call", Optional.empty(), () -> {}).orElseThrow();
        var late = board.subscribe("call", Optional.empty(), () -> {}).orElseThrow();
        assertTrue(late.next(Duration.ZERO).isPresent());
        read(Feed.REQUESTS, DeviceStandingTest.request(RequestKind.CLOSE, "S1", 1), now);
        read(Feed.REQUESTS, open("call", "S2", 2, now), now);
        assertFalse(late.over(), "it has not seen the end");

        read(Feed.SESSIONS, ended(of("call", "S1", 1, now)), now);
        for (var state : List.of("RUNNING", "CLOSED")) {
            assertTrue(early.next(Duration.ZERO).orElseThrow().event().data().contains(state));
        }
        assertTrue(early.over());
        assertFalse(late.over());
        assertTrue(late.next(Duration.ofHours(1)).isPresent());
        assertTrue(late.over());
        var next = board.subscribe("call", Optional.empty(), () -> {}).orElseThrow();
        assertEquals("S2", next.sessionId());
        assertFalse(next.over());
    }

    @Test
    void readersOfASessionThatHasEndedLeaveWhenTheNextOpens() throws InterruptedException {
        read(Feed.SESSIONS, of("call", "S1", 1, now), now);
        read(Feed.SESSIONS, ended(of("call", "S1", 1, now)), now);
        var reader = board.subscribe("call", Optional.empty(), () -> {}).orElseThrow();
        assertTrue(reader.next(Duration.ZERO).isPresent());
        assertFalse(reader.over());
        board.committed(Optional.of(open("call", "S2", 2, now)), Optional.empty(), now);
        assertTrue(reader.over());
    }

    /** Who opened the first one has a clock that is ahead. */
    @Test
    void theOpenSessionIsShownWhateverTheClocksSay() {
        read(Feed.REQUESTS, open("call", "S1", 1, now.plusSeconds(60)), now);
        read(Feed.REQUESTS, DeviceStandingTest.request(RequestKind.CLOSE, "S1", 1), now);
        read(Feed.REQUESTS, open("call", "S2", 2, now), now);
        assertEquals("S2", board.interaction("call").orElseThrow().sessionId());
        assertTrue(board.interaction("call").orElseThrow().open());

        read(Feed.SESSIONS, ended(of("call", "S1", 1, now.plusSeconds(60))), now);
        read(Feed.SESSIONS, ended(of("call", "S2", 2, now)), now);
        assertEquals("S2", board.interaction("call").orElseThrow().sessionId(), "the last one, where none is open");
    }

    /** Two partitions, of which either may be read first. */
    @Test
    void theOpenSessionIsShownAlsoWhereTheEndOfTheOtherIsReadLater() {
        read(Feed.REQUESTS, onAnotherDevice(open("call", "S2", 1, now)), now);
        read(Feed.REQUESTS, open("call", "S1", 1, now.plusSeconds(60)), now);
        read(Feed.REQUESTS, DeviceStandingTest.request(RequestKind.CLOSE, "S1", 1), now);
        assertEquals("S2", board.interaction("call").orElseThrow().sessionId());
    }

    private void read(Feed feed, SpecificRecord value, Instant written) {
        board.fold(new Read(feed, offset++, written, value), now);
    }

    private static SessionRequest open(String interaction, String sessionId, long generation, Instant at) {
        return SessionRequest.newBuilder(DeviceStandingTest.request(RequestKind.OPEN, sessionId, generation))
                .setInteractionId(interaction)
                .setAt(at)
                .build();
    }

    private static SessionRequest onAnotherDevice(SessionRequest request) {
        return SessionRequest.newBuilder(request).setDeviceId("another").build();
    }

    private static Session of(String interaction, String sessionId, long generation, Instant at) {
        return Site.session(open(interaction, sessionId, generation, at), SessionState.RUNNING);
    }

    private Session ended(Session session) {
        return Session.newBuilder(session)
                .setState(SessionState.CLOSED)
                .setClosedAt(now)
                .build();
    }

    private static Session closed(String sessionId, long generation, Instant at) {
        return Session.newBuilder(DeviceStandingTest.session(sessionId, generation, SessionState.CLOSED))
                .setClosedAt(at)
                .build();
    }
}
