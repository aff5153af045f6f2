package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.AuditAction;
import io.probeline.record.AuditRecord;
import io.probeline.record.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which answers are given again. */
class RememberedTest {
    private final Instant noon = Instant.parse("2026-11-22T12:00:00Z");
    private final Remembered remembered = new Remembered();

    @Test
    void theFirstAcceptedAnswerStandsForADay() {
        remembered.on(record("k", Decision.ACCEPTED, "first", noon));
        remembered.on(record("k", Decision.ACCEPTED, "second", noon.plusSeconds(1)));
        assertEquals(
                "first",
                remembered.under("k", noon.plusSeconds(2)).orElseThrow().answer());
        assertTrue(remembered.under("k", noon.plus(Remembered.KEPT)).isEmpty());
        assertTrue(remembered.under("other", noon).isEmpty());

        var nextDay = noon.plus(Duration.ofHours(30));
        remembered.on(record("k", Decision.ACCEPTED, "third", nextDay));
        assertEquals("third", remembered.under("k", nextDay).orElseThrow().answer());
    }

    @Test
    void aRefusalIsNotGivenAgain() {
        remembered.on(record("k", Decision.REFUSED, null, noon));
        assertEquals(0, remembered.size());
        remembered.on(record(null, Decision.ACCEPTED, "no key", noon));
        assertEquals(0, remembered.size());
    }

    @Test
    void anInitiateThatTheProcessorTurnedDownIsForgotten() {
        remembered.on(record("k", Decision.ACCEPTED, "first", noon));
        remembered.on(record("k", Decision.REFUSED, null, noon));
        assertTrue(remembered.under("k", noon).isPresent(), "a conflict says nothing against the first");
        var lost = AuditRecord.newBuilder(record("k", Decision.REFUSED, null, noon))
                .setSessionId("S1")
                .build();
        remembered.on(lost);
        assertTrue(remembered.under("k", noon).isEmpty());
    }

    @Test
    void whatIsOverIsSwept() {
        for (int i = 0; i < 10; i++) {
            remembered.on(record("k" + i, Decision.ACCEPTED, "a", noon.plus(Duration.ofHours(i))));
        }
        remembered.sweep(noon.plus(Duration.ofHours(28)));
        assertEquals(5, remembered.size());
    }

    @Test
    void isBounded() {
        for (int i = 0; i < Remembered.MOST + 5; i++) {
            remembered.on(record("k" + i, Decision.ACCEPTED, "a", noon));
        }
        assertEquals(Remembered.MOST, remembered.size());
        assertEquals(5, remembered.droppedEarly());
        assertTrue(remembered.under("k4", noon).isEmpty());
        assertTrue(remembered.under("k5", noon).isPresent());
    }

    private static AuditRecord record(@Nullable String key, Decision decision, @Nullable String answer, Instant at) {
        return AuditRecord.newBuilder()
                .setAuditId("audit")
                .setAt(at)
                .setAction(AuditAction.INITIATE)
                .setDecision(decision)
                .setStatus(202)
                .setIdempotencyKey(key)
                .setRequestHash("request")
                .setAnswer(answer)
                .setCommands(List.of())
                .setGateway("gateway")
                .build();
    }
}
