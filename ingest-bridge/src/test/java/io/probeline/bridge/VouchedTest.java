package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VouchedTest {
    private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");
    private static final Instant BEFORE = NOW.minus(Duration.ofHours(7));

    private static Vouched read(String metadata) {
        return Vouched.of(new OffsetAndMetadata(3, metadata), NOW);
    }

    @Test
    void anOwnerOfSomeTimeVouchesForNowAndTheNextLooksBackAnHourFromThere() {
        var left = new Vouched(BEFORE).metadata(Vouched.TRIAL, NOW);
        assertEquals("at:" + NOW.toEpochMilli(), left);
        assertEquals(NOW.minus(Vouched.SLACK), read(left).from());
    }

    @Test
    void anOwnerThatCameJustNowLeavesWhatItFound() {
        var left = new Vouched(BEFORE).metadata(Vouched.TRIAL.minusMillis(1), NOW);
        assertEquals(BEFORE.minus(Vouched.SLACK), read(left).from());
    }

    @Test
    void withoutACommitAllThatThereIsCountsAndStaysSoUntilSomebodyVouches() {
        var before = Vouched.of(null, NOW);
        assertEquals(Instant.EPOCH, before.from());
        assertEquals(Instant.EPOCH, read(before.metadata(Duration.ZERO, NOW)).from());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "at:", "at:noon", "sent:1 at:5", "at:99999999999999999999"})
    void aCommitWithoutATimeIsOneOfNow(String metadata) {
        assertEquals(NOW.minus(Vouched.SLACK), read(metadata).from());
    }
}
