package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.Parked.Read;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.SessionState;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is shown of a device while Kafka is away, by a clock that stands still but for what the test adds. */
class SightTest {
    private static final SharedSite.Session S1 =
            new SharedSite.Session("interaction of S1", "device", "S1", new Client.Reply(202, Map.of(), ""));
    private static final Duration ROUND = Duration.ofSeconds(2);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean sees = new AtomicBoolean(true);
    private final Board board = new Board(line -> "said");
    private final Sight sight = new Sight(
            sees::get,
            board,
            new World(
                    Instant::now,
                    nanos::get,
                    World.real().random(),
                    World.real().threads()));
    private long offset;

    @BeforeAll
    static void trust() {
        var _ = new AvroFormat<>(Topics.AUDIT, new LocalSchemaRegistry());
    }

    @BeforeEach
    void aDeviceThatIsThere() {
        read(Feed.SESSIONS, DeviceStandingTest.session("S1", 1, SessionState.RUNNING));
        read(Feed.DEVICE_EVENTS, Records.event(S1, DeviceEventKind.CONNECTED).build());
    }

    @Test
    void noDeviceIsShownAsThereByWhoHasHeardOfNothingForLong() throws InterruptedException {
        look(ROUND);
        sees.set(false);
        look(Sight.BLIND);
        assertEquals("LIVE", shown());
        assertTrue(sight.trouble().isEmpty());
        look(ROUND);
        assertEquals("SUSPECT", shown());
        assertTrue(sight.trouble().orElseThrow().startsWith("it shows the past"));
        read(Feed.DEVICE_EVENTS, Records.event(S1, DeviceEventKind.LOST).build());
        assertEquals("DISCONNECTED", shown(), "a doubt makes nothing better");
        read(Feed.DEVICE_EVENTS, Records.event(S1, DeviceEventKind.RESTORED).build());

        sees.set(true);
        look(ROUND);
        assertEquals("LIVE", shown());
        assertTrue(sight.trouble().isEmpty());
    }

    /** By an event that moves no place: whoever comes back with its id has missed nothing. */
    @Test
    void itsReadersAreToldBothTimes() throws InterruptedException {
        var reader =
                board.subscribe(S1.interaction(), Optional.empty(), () -> {}).orElseThrow();
        assertEquals("S1~s1.d2~1 LIVE", next(reader));
        sees.set(false);
        look(Sight.BLIND.plus(ROUND));
        assertEquals("S1~s1.d2~2 SUSPECT", next(reader));
        look(ROUND);
        sees.set(true);
        look(ROUND);
        assertEquals("S1~s1.d2~3 LIVE", next(reader));
        assertTrue(reader.next(Duration.ZERO).isEmpty());
    }

    @Test
    void aSessionThatIsOpenedMeanwhileIsDoubtedToo() {
        sees.set(false);
        look(Sight.BLIND.plus(ROUND));
        var other = new SharedSite.Session("interaction of S2", "device", "S2", S1.reply());
        read(Feed.SESSIONS, DeviceStandingTest.session("S2", 2, SessionState.RUNNING));
        read(Feed.DEVICE_EVENTS, Records.event(other, DeviceEventKind.CONNECTED).build());
        assertEquals("SUSPECT", shown(other));
    }

    private void look(Duration later) {
        nanos.addAndGet(later.toNanos());
        sight.look();
    }

    private String shown() {
        return shown(S1);
    }

    private String shown(SharedSite.Session session) {
        return board.snapshot(session.interaction())
                .orElseThrow()
                .at("/presence/status")
                .asText();
    }

    private static String next(Subscription reader) throws InterruptedException {
        var told = reader.next(Duration.ZERO).orElseThrow();
        assertEquals("session", told.event().type());
        var status = told.event().data().replaceFirst(".*\"status\":\"([A-Z]+)\".*", "$1");
        return told.id() + " " + status;
    }

    private void read(Feed feed, SpecificRecord value) {
        board.fold(new Read(feed, offset++, Instant.now(), value), Instant.now());
    }
}
