package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.probeline.gateway.Parked.Read;
import io.probeline.record.SessionState;
import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.World;
import io.probeline.schemas.LocalSchemaRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is looked up at a gateway that has just been started. There is no topic to wait for here, so Kafka is not asked. */
class DeskTest {
    private static final String S1 = "interaction of S1";

    private final World world = World.real();
    private final Caller caller = new Caller("somebody", Set.of(Caller.INITIATE), Instant.MAX);
    private final Board board = new Board(line -> "said");
    private final AtomicBoolean current = new AtomicBoolean();
    private final AtomicBoolean caughtUp = new AtomicBoolean();
    private final AtomicBoolean complete = new AtomicBoolean();
    private final Admin admin = new KafkaParts(KafkaSettings.at("127.0.0.1:1"), "test").admin();
    private final Desk desk = desk();

    @BeforeEach
    void aSession() {
        board.fold(
                new Read(Feed.SESSIONS, 0, Instant.now(), DeviceStandingTest.session("S1", 1, SessionState.RUNNING)),
                Instant.now());
    }

    @AfterEach
    void close() {
        admin.close(Duration.ZERO);
    }

    @Test
    void aSessionIsShownOnceAllOfItHasBeenRead() {
        assertEquals("503 unavailable, again after 1 s", told(session(S1)));
        current.set(true);
        caughtUp.set(true);
        assertEquals("503 unavailable, again after 1 s", told(session(S1)), "windows and alerts are still to come");
        complete.set(true);
        assertEquals("there", told(session(S1)));
        current.set(false);
        assertEquals("there", told(session(S1)), "a reader that lags later on is waited for as ever");
    }

    /** It may have one in what is still to be read. */
    @Test
    void thatThereIsNoSessionIsSaidOnceAllHasBeenRead() {
        caughtUp.set(true);
        assertEquals("503 unavailable, again after 1 s", told(session("another")));
        complete.set(true);
        assertEquals("404 no_session", told(session("another")));
    }

    @Test
    void itDecidesOnceWhatDecisionsDependOnHasBeenRead() {
        assertEquals("503 unavailable, again after 1 s", told(desk.upToDate(soon())));
        caughtUp.set(true);
        assertEquals("there", told(desk.upToDate(soon())));
    }

    private Step<Board.Now> session(String interactionId) {
        return desk.session(interactionId, caller, soon());
    }

    private Deadline soon() {
        return Deadline.in(Duration.ofSeconds(20), world);
    }

    private static String told(Step<?> step) {
        if (step instanceof Step.End<?>(Answer.Refused(var problem))) {
            var again = problem.retryAfterSeconds();
            return problem.status() + " " + problem.code()
                    + (again.isPresent() ? ", again after " + again.getAsInt() + " s" : "");
        }
        return "there";
    }

    private Desk desk() {
        var metrics = new GatewayMetrics(new SimpleMeterRegistry());
        var barrier = new Barrier(new TopicEnds(admin, world), List.of(), new Positions());
        return new Desk(
                board,
                new Barriers(barrier, barrier, current::get, caughtUp::get, complete::get),
                new Journal(List::of, metrics, world),
                new Drafts(new LocalSchemaRegistry()),
                new Participants(call -> Optional.empty(), metrics, world),
                world);
    }
}
