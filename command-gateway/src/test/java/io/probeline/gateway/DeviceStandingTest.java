package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.record.SessionState;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whose session a device is in, told by two topics of which either may be ahead. */
class DeviceStandingTest {
    /** Avro copies only what the formats have vouched for. */
    @BeforeAll
    static void trust() {
        var _ = new AvroFormat<>(Topics.AUDIT, new LocalSchemaRegistry());
    }

    @Test
    void aDeviceNobodyKnowsIsFree() {
        assertTrue(DeviceStanding.NONE.open().isEmpty());
        assertEquals(1, DeviceStanding.NONE.nextGeneration());
    }

    @Test
    void theFirstOpenOfAGenerationWins() {
        var standing =
                DeviceStanding.NONE.on(request(RequestKind.OPEN, "S1", 1)).on(request(RequestKind.OPEN, "other", 1));
        assertTrue(standing.opens("S1"));
        assertEquals(2, standing.nextGeneration());
        assertFalse(standing.judged(1));
    }

    @Test
    void theProcessorsWordCounts() {
        var standing = DeviceStanding.NONE
                .on(request(RequestKind.OPEN, "S1", 1))
                .on(session("other", 1, SessionState.INITIATED));
        assertTrue(standing.opens("other"));
        assertTrue(standing.judged(1));
        assertFalse(standing.judged(2));
    }

    @Test
    void aCloseCountsBeforeItIsFolded() {
        var open = DeviceStanding.NONE.on(session("S1", 1, SessionState.RUNNING));
        var closing = open.on(request(RequestKind.CLOSE, "S1", 1));
        assertTrue(closing.open().isEmpty());
        assertTrue(
                closing.on(session("S1", 1, SessionState.RUNNING)).open().isEmpty(), "a state from before the close");
        assertTrue(closing.on(session("S1", 1, SessionState.CLOSED)).open().isEmpty());
        assertTrue(open.on(request(RequestKind.CLOSE, "S0", 0)).opens("S1"), "a close of an older session");
    }

    @Test
    void theNextSessionOpensBehindAClose() {
        var standing = DeviceStanding.NONE
                .on(session("S1", 1, SessionState.RUNNING))
                .on(request(RequestKind.CLOSE, "S1", 1))
                .on(request(RequestKind.OPEN, "S2", 2));
        assertTrue(standing.opens("S2"));
        var late = standing.on(session("S1", 1, SessionState.CLOSED));
        assertTrue(late.opens("S2"), "the close of the one before is folded later");
        assertTrue(late.on(session("S2", 2, SessionState.INITIATED)).opens("S2"));
    }

    @Test
    void anOldOpenThatIsReadLateChangesNothing() {
        var standing = DeviceStanding.NONE.on(session("S5", 5, SessionState.CLOSED));
        assertEquals(standing, standing.on(request(RequestKind.OPEN, "S5", 5)));
        assertEquals(6, standing.nextGeneration());
    }

    static SessionRequest request(RequestKind kind, String sessionId, long generation) {
        return SessionRequest.newBuilder()
                .setRequestId("r")
                .setKind(kind)
                .setInteractionId("interaction of " + sessionId)
                .setSessionId(sessionId)
                .setDeviceId("device")
                .setGeneration(generation)
                .setCustomerId("customer")
                .setRequestedBy("somebody")
                .setCommands(List.of())
                .setAt(Instant.EPOCH)
                .build();
    }

    static io.probeline.record.Session session(String sessionId, long generation, SessionState state) {
        return Site.session(
                request(state == SessionState.CLOSED ? RequestKind.CLOSE : RequestKind.OPEN, sessionId, generation),
                state);
    }
}
