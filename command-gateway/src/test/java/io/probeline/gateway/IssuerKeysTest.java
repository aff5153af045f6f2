package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.probeline.runtime.World;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When the issuer is asked for its keys, and when it is not. */
class IssuerKeysTest {
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile JWKSet published = keys("one");
    private final AtomicLong later = new AtomicLong();
    private final World world = world(later);
    private volatile boolean away;
    private volatile CountDownLatch slow = new CountDownLatch(0);
    private final IssuerKeys keys = new IssuerKeys(this::fetch, world);

    @Test
    void asksOnceForAKeyThatStands() throws KeySourceException {
        assertEquals(1, keys.get(wanted("one"), null).size());
        assertEquals(1, keys.get(wanted("one"), null).size());
        assertEquals(1, fetches.get());
    }

    @Test
    void findsARotatedKeyAtOnceAmongTokensWithMadeUpOnes()
            throws KeySourceException, InterruptedException, ExecutionException {
        keys.get(wanted("one"), null);
        var all = new ArrayList<Future<Integer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                var name = "made-up-" + i;
                all.add(threads.submit(() -> keys.get(wanted(name), null).size()));
            }
            published = keys("two");
            assertEquals(1, keys.get(wanted("two"), null).size());
        }
        for (var each : all) {
            assertEquals(0, each.get());
        }
        assertTrue(fetches.get() <= 4, fetches + " fetches");
    }

    @Test
    void goesOnWithWhatItKnowsWhileTheIssuerIsAway() throws KeySourceException {
        keys.get(wanted("one"), null);
        away = true;
        later.addAndGet(Duration.ofMinutes(10).toNanos());
        assertEquals(1, keys.get(wanted("one"), null).size());
        assertEquals(2, fetches.get());
        later.addAndGet(Duration.ofHours(5).toNanos());
        assertThrows(KeySourceException.class, () -> keys.get(wanted("one"), null));
    }

    /** The time stands between the requests, so whoever waits for the next try waits for ever. */
    @Test
    void nobodyWaitsForATryThatIsNotDueYet() throws KeySourceException {
        var standing =
                new World(() -> Instant.EPOCH.plusNanos(later.get()), later::get, world.random(), world.threads());
        var known = new IssuerKeys(this::fetch, standing);
        known.get(wanted("one"), null);
        away = true;
        later.addAndGet(Duration.ofMinutes(10).toNanos());
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            for (int i = 0; i < 20; i++) {
                assertEquals(1, known.get(wanted("one"), null).size());
            }
        });
        assertEquals(2, fetches.get());
        later.addAndGet(Duration.ofSeconds(1).toNanos());
        assertEquals(1, known.get(wanted("one"), null).size());
        assertEquals(3, fetches.get());
    }

    @Test
    void oneRenewsWhileTheOthersGoOn() throws KeySourceException, InterruptedException, ExecutionException {
        keys.get(wanted("one"), null);
        later.addAndGet(Duration.ofMinutes(10).toNanos());
        slow = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var renewing = threads.submit(() -> keys.get(wanted("one"), null));
            Await.until("the one who asks", Duration.ofSeconds(10), () -> fetches.get() == 2);
            assertEquals(1, keys.get(wanted("one"), null).size());
            slow.countDown();
            assertEquals(1, renewing.get().size());
        }
        assertEquals(2, fetches.get());
    }

    /** Each failing fetch may take seconds, and a crowd must not wait for as many of them as it is. */
    @Test
    void aCrowdHearsOfOneFailureTogether() throws InterruptedException {
        away = true;
        slow = new CountDownLatch(1);
        var all = new ArrayList<Future<List<JWK>>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                all.add(threads.submit(() -> keys.get(wanted("one"), null)));
            }
            Await.until("the first to ask", Duration.ofSeconds(10), () -> fetches.get() == 1);
            slow.countDown();
        }
        all.forEach(each -> assertThrows(ExecutionException.class, each::get));
        assertTrue(fetches.get() <= 3, fetches + " fetches");
    }

    @Test
    void forgetsAKeyThatIsPublishedNoMore() throws KeySourceException {
        keys.get(wanted("one"), null);
        published = keys("two");
        later.addAndGet(Duration.ofMinutes(10).toNanos());
        keys.get(wanted("two"), null);
        later.addAndGet(Duration.ofMinutes(10).toNanos());
        assertEquals(0, keys.get(wanted("one"), null).size());
    }

    private JWKSet fetch() throws IOException {
        fetches.incrementAndGet();
        try {
            slow.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (away) {
            throw new IOException("away");
        }
        return published;
    }

    private static JWKSelector wanted(String id) {
        return new JWKSelector(new JWKMatcher.Builder().keyID(id).build());
    }

    private static JWKSet keys(String id) {
        try {
            return new JWKSet(List.of(new ECKeyGenerator(Curve.P_256).keyID(id).generate()));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** The real clock, and so much later. */
    static World world(AtomicLong later) {
        var real = World.real();
        return new World(
                () -> Instant.now().plusNanos(later.get()),
                () -> System.nanoTime() + later.get(),
                real.random(),
                real.threads());
    }
}
