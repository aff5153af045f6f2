package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How long a role is believed, and that nobody's word is no role. */
class RolesTest {
    private final AtomicLong later = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private volatile boolean away;
    private volatile CountDownLatch hanging = new CountDownLatch(0);
    private volatile Set<String> told = Set.of("senior_tech");
    private final Roles roles = new Roles(this::told, new GatewayMetrics(registry), IssuerKeysTest.world(later));

    @Test
    void isAskedOnceAMinute() {
        assertEquals(Optional.of(Set.of("senior_tech")), roles.of("a"));
        told = Set.of();
        later.addAndGet(Duration.ofSeconds(58).toNanos());
        assertEquals(Optional.of(Set.of("senior_tech")), roles.of("a"));
        later.addAndGet(Duration.ofSeconds(3).toNanos());
        assertEquals(Optional.of(Set.of()), roles.of("a"));
        assertEquals(2, asked.get());
    }

    @Test
    void isClosedOnFailureAndAsksAgainSoon() {
        away = true;
        assertEquals(Optional.empty(), roles.of("a"));
        assertEquals(Optional.empty(), roles.of("a"));
        assertEquals(1, asked.get());
        away = false;
        later.addAndGet(Duration.ofSeconds(2).toNanos());
        assertEquals(Optional.of(Set.of("senior_tech")), roles.of("a"));
        assertEquals(
                1,
                registry.counter("probeline.role.lookups", "outcome", "failed").count());
        assertEquals(
                1,
                registry.counter("probeline.role.lookups", "outcome", "found").count());
    }

    @Test
    void asksOnceForManyWhoAskAtOnce() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                threads.execute(() -> roles.of("a"));
            }
        }
        assertEquals(1, asked.get());
    }

    @Test
    void aDirectoryThatHangsIsNotWaitedFor() {
        hanging = new CountDownLatch(1);
        assertEquals(Optional.empty(), roles.of("a"), "nobody can say yet");
        hanging.countDown();
        Await.equal("the late answer", Duration.ofSeconds(10), Optional.of(Set.of("senior_tech")), () -> roles.of("a"));
        assertEquals(1, asked.get());
    }

    private Set<String> told(String agent) throws IOException {
        asked.incrementAndGet();
        try {
            hanging.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        if (away) {
            throw new IOException("away");
        }
        return told;
    }
}
