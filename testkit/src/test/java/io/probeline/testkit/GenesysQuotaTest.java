package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.testkit.GenesysQuota.Verdict;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GenesysQuotaTest {
    private static final Instant START = Instant.parse("2026-11-22T10:15:30Z");

    private final GenesysQuota quota = new GenesysQuota();

    private Verdict take(Duration after) {
        return quota.take("token", START.plus(after));
    }

    @Test
    void aWindowIsAMinuteFromItsFirstRequest() {
        quota.limit(2, false);
        assertEquals(new Verdict.Allowed(1, 2, 60), take(Duration.ZERO));
        assertEquals(new Verdict.Allowed(2, 2, 30), take(Duration.ofMillis(30_001)));
        assertEquals(new Verdict.Refused(30), take(Duration.ofMillis(30_400)));
        assertEquals(new Verdict.Refused(0), take(Duration.ofMillis(59_999)), "rounded: too early by a millisecond");
        assertEquals(new Verdict.Allowed(1, 2, 60), take(Duration.ofSeconds(60)));
        assertEquals(new Verdict.Allowed(2, 2, 1), take(Duration.ofMillis(119_999)));
        assertEquals(new Verdict.Allowed(1, 2, 60), take(Duration.ofMinutes(9)));
    }

    @Test
    void retryAfterIsRoundedToTheNearestSecond() {
        quota.limit(1, false);
        take(Duration.ZERO);
        assertEquals(new Verdict.Refused(30), take(Duration.ofMillis(29_600)));
        assertEquals(new Verdict.Refused(31), take(Duration.ofMillis(29_400)));
    }

    @Test
    void eachTokenHasItsOwn() {
        quota.limit(1, false);
        take(Duration.ZERO);
        assertEquals(new Verdict.Allowed(1, 1, 60), quota.take("another", START));
    }

    @Test
    void aLimitIsCutInTheMiddleOfAWindowAndSaysSoOrNot() {
        quota.limit(3, true);
        assertEquals(new Verdict.Allowed(1, 300, 60), take(Duration.ZERO));
        quota.limit(1, true);
        assertEquals(new Verdict.Refused(60), take(Duration.ZERO));
        quota.limit(2, false);
        assertEquals(new Verdict.Allowed(2, 2, 60), take(Duration.ZERO));
    }
}
