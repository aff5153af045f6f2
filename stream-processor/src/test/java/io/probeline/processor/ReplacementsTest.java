package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ReplacementsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private final StreamsException lostTransaction =
            new StreamsException("commit", new InvalidTxnStateException("invalid state"));

    private final Replacements replacements = new Replacements(2, Duration.ofMinutes(10));

    @Test
    void whatKafkaRefusedIsTriedAgain() {
        assertTrue(replacements.grant(lostTransaction, NOW));
    }

    @Test
    void aFaultOfOurOwnEndsTheService() {
        assertFalse(replacements.grant(new StreamsException("process", new IllegalStateException("a fault")), NOW));
    }

    @Test
    void whatDoesNotPassEndsTheServiceToo() {
        assertTrue(replacements.grant(lostTransaction, NOW));
        assertTrue(replacements.grant(lostTransaction, NOW.plusSeconds(1)));
        assertFalse(replacements.grant(lostTransaction, NOW.plusSeconds(2)));
    }

    @Test
    void afterAWhileEachIsTheFirstAgain() {
        assertTrue(replacements.grant(lostTransaction, NOW));
        assertTrue(replacements.grant(lostTransaction, NOW.plusSeconds(1)));
        assertTrue(replacements.grant(lostTransaction, NOW.plusSeconds(602)));
    }
}
