package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void waitsForTheState() {
        Await.until("three looks", Duration.ofSeconds(5), () -> asked.incrementAndGet() == 3);
        assertEquals(3, asked.get());
    }

    @Test
    void failsWithWhatItSawLast() {
        var failure = assertThrows(
                AssertionError.class,
                () -> Await.equal("the count", Duration.ofMillis(30), -1, asked::incrementAndGet));
        assertEquals("waited PT0.03S for the count to be -1; last seen: " + asked, failure.getMessage());
    }

    @Test
    void failsWithoutAValue() {
        var failure = assertThrows(
                AssertionError.class, () -> Await.value("a record", Duration.ofMillis(1), Optional::empty));
        assertEquals("waited PT0.001S for a record; last seen: nothing", failure.getMessage());
    }
}
