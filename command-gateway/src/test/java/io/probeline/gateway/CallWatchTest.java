package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.CallWatch.GiveUp;
import io.probeline.gateway.CallWatch.LookUp;
import io.probeline.gateway.CallWatch.Open;
import io.probeline.gateway.CallWatch.Ping;
import io.probeline.gateway.CallWatch.Rest;
import io.probeline.gateway.CallWatch.Subscribe;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each thing that can happen to a notification channel. */
class CallWatchTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final Instant LONG_AGO = START.minus(Duration.ofHours(1));

    private final CallPace pace = new CallPace(0);
    private final CallWatch watch = new CallWatch(pace, 0);
    private final Random random = new Random(7);
    private Duration elapsed = Duration.ZERO;

    private long now() {
        return elapsed.toNanos();
    }

    private Instant wall() {
        return START.plus(elapsed);
    }

    private CallWatch.Step next() {
        return watch.next(now(), wall());
    }

    /** A channel stands, and these calls have just begun. */
    private void watching(String... calls) {
        wanted(wall(), calls);
        assertEquals(new Open(), next());
        opened("c1");
        assertEquals(new Subscribe("c1", List.of(calls)), next());
        watch.subscribed(List.of(calls), now(), wall());
    }

    private void wanted(Instant since, String... calls) {
        var all = new java.util.HashMap<String, Instant>();
        for (var call : calls) {
            all.put(call, since);
        }
        watch.wanted(all);
    }

    private void opened(String channel) {
        watch.opened(channel, wall().plus(Duration.ofHours(24)), now(), wall());
    }

    private void later(Duration time) {
        elapsed = elapsed.plus(time);
    }

    /** Time passes until something other than a ping or a rest is to be done. */
    private CallWatch.Step nextDeed() {
        for (int i = 0; i < 10_000; i++) {
            var step = next();
            if (step instanceof Ping) {
                watch.pinged(now());
                watch.heard(now());
            } else if (step instanceof Rest) {
                later(Duration.ofMillis(100));
                watch.heard(now());
            } else {
                return step;
            }
        }
        throw new AssertionError("nothing to do for 1,000 s");
    }

    @Test
    void withoutACallThereIsNoChannel() {
        assertInstanceOf(Rest.class, next());
        later(Duration.ofDays(1));
        assertInstanceOf(Rest.class, next());
    }

    @Test
    void aCallThatHasJustBegunIsSubscribedToAndNotAskedFor() {
        watching("a", "b");
        assertInstanceOf(Rest.class, next());
    }

    /** The list may be changed seldom; who hangs up meanwhile is told of by nobody. */
    @Test
    void aCallThatHadToWaitForTheListIsAskedFor() {
        watching("a");
        wanted(wall(), "a", "b");
        later(CallWatch.FRESH.plusMillis(1));
        watch.heard(now());
        watch.subscribed(List.of("a", "b"), now(), wall());
        assertEquals(new LookUp("b"), next());
    }

    @Test
    void aCallThatWasThereBeforeIsAskedForOnce() {
        wanted(LONG_AGO, "a");
        assertEquals(new Open(), next());
        opened("c1");
        watch.subscribed(List.of("a"), now(), wall());
        assertEquals(new LookUp("a"), next());
        watch.lookedUp("a", now());
        assertInstanceOf(Rest.class, next());
    }

    @Test
    void afterADropAllAreAskedFor() {
        watching("a", "b");
        watch.dropped(now(), random);
        assertEquals(new Open(), nextDeed());
        opened("c2");
        assertEquals(new Subscribe("c2", List.of("a", "b")), nextDeed());
        watch.subscribed(List.of("a", "b"), now(), wall());
        var asked = new ArrayList<String>();
        for (int i = 0; i < 2; i++) {
            var call = assertInstanceOf(LookUp.class, nextDeed()).call();
            asked.add(call);
            watch.lookedUp(call, now());
        }
        assertEquals(List.of("a", "b"), asked.stream().sorted().toList());
        assertInstanceOf(Rest.class, next());
    }

    @Test
    void whoeverWasNotToldOfIsAskedForAfterTheOthers() {
        wanted(LONG_AGO, "a", "b");
        opened("c1");
        watch.subscribed(List.of("a", "b"), now(), wall());
        watch.notLookedUp("a", Duration.ofSeconds(31), now());
        later(Duration.ofSeconds(30));
        watch.heard(now());
        watch.pinged(now());
        assertInstanceOf(Rest.class, next());
        later(Duration.ofSeconds(1));
        assertEquals(new LookUp("b"), next());
        watch.lookedUp("b", now());
        assertEquals(new LookUp("a"), nextDeed());
    }

    @Test
    void aCallThatEndsMeanwhileIsNotAskedFor() {
        wanted(LONG_AGO, "a");
        opened("c1");
        watch.subscribed(List.of("a"), now(), wall());
        watch.wanted(Map.of());
        assertEquals(new Subscribe("c1", List.of()), next());
    }

    @Test
    void requestsLeaveTheQuotaToOthers() {
        watching("call0");
        int changes = 0;
        for (int second = 1; second <= 600; second++) {
            later(Duration.ofSeconds(1));
            watch.heard(now());
            watch.pinged(now());
            wanted(wall(), "call" + second);
            if (next() instanceof Subscribe(var channel, var calls)) {
                changes++;
                watch.subscribed(calls, now(), wall());
            }
        }
        assertTrue(changes >= 55 && changes <= 65, () -> "the list was changed too often or too rarely");
    }

    @Test
    void theShareSetsThePaceOfLookUps() {
        var calls = new java.util.HashMap<String, Instant>();
        for (int i = 0; i < 1_000; i++) {
            calls.put("call" + i, LONG_AGO);
        }
        watch.wanted(calls);
        pace.part(0.25);
        opened("c1");
        watch.subscribed(List.copyOf(calls.keySet()), now(), wall());
        int asked = 0;
        for (int second = 0; second < 160; second++) {
            watch.heard(now());
            watch.pinged(now());
            if (next() instanceof LookUp(var call)) {
                asked++;
                watch.lookedUp(call, now());
            }
            later(Duration.ofSeconds(1));
        }
        assertEquals(10 + CallPace.LOOK_UPS.burst(), asked, 1);
    }

    @Test
    void allChannelsOfAGatewayShareThePace() {
        var watches = List.of(watch, new CallWatch(pace, 0), new CallWatch(pace, 0));
        var calls = new java.util.HashMap<String, Instant>();
        for (int i = 0; i < 100; i++) {
            calls.put("call" + i, LONG_AGO);
        }
        for (var each : watches) {
            each.wanted(calls);
            each.opened("c", wall().plus(Duration.ofHours(24)), now(), wall());
            each.subscribed(List.copyOf(calls.keySet()), now(), wall());
        }
        int asked = 0;
        for (int second = 0; second < 160; second++) {
            for (var each : watches) {
                each.heard(now());
                each.pinged(now());
                if (each.next(now(), wall()) instanceof LookUp(var call)) {
                    asked++;
                    each.lookedUp(call, now());
                }
            }
            later(Duration.ofSeconds(1));
        }
        assertEquals(40 + CallPace.LOOK_UPS.burst(), asked, 1);
    }

    @Test
    void failuresAreTriedAgainWithBackoffAndNotBeforeTheQuotaAllows() {
        wanted(LONG_AGO, "a");
        watch.failed(Duration.ofSeconds(61), now(), random);
        later(Duration.ofSeconds(60));
        assertInstanceOf(Rest.class, next());
        later(Duration.ofSeconds(1));
        assertEquals(new Open(), next());
        for (int i = 0; i < 50; i++) {
            watch.failed(Duration.ZERO, now(), random);
            later(Duration.ofMinutes(2));
            assertEquals(new Open(), next(), "never more than two minutes");
        }
    }

    @Test
    void aSocketThatDoesNotComeIsGivenUpAndTriedAgain() {
        wanted(LONG_AGO, "a");
        watch.opening(now(), Duration.ofSeconds(10));
        later(Duration.ofSeconds(9));
        assertInstanceOf(Rest.class, next());
        later(Duration.ofSeconds(1));
        assertEquals(new GiveUp(), next());
        watch.dropped(now(), random);
        assertEquals(new Open(), nextDeed());
    }

    @Test
    void socketsThatNeverComeAreTriedWithBackoff() {
        wanted(LONG_AGO, "a");
        int tries = 0;
        while (elapsed.compareTo(Duration.ofHours(1)) < 0) {
            if (nextDeed() instanceof Open) {
                tries++;
                watch.opening(now(), Duration.ofSeconds(10));
            } else {
                watch.dropped(now(), random);
            }
        }
        assertTrue(tries >= 30 && tries < 100, tries + " tries in an hour");
    }

    @Test
    void aChannelWhoseEndIsPastByOurClockIsUsedForADay() {
        wanted(wall(), "a");
        assertEquals(new Open(), next());
        watch.opening(now(), Duration.ofSeconds(10));
        watch.opened("c1", wall().minus(Duration.ofHours(1)), now(), wall());
        assertEquals(new Subscribe("c1", List.of("a")), next());
        watch.subscribed(List.of("a"), now(), wall());
        later(CallWatch.LIFE.minus(CallWatch.RENEWED_BEFORE).minusMillis(1));
        watch.heard(now());
        assertEquals(new Ping(), next());
        later(Duration.ofMillis(1));
        assertEquals(new Open(), next());
    }

    @Test
    void aSilentSocketIsGivenUp() {
        watching("a");
        later(CallWatch.PING);
        assertEquals(new Ping(), next());
        watch.pinged(now());
        watch.heard(now());
        later(CallWatch.SILENCE);
        assertEquals(new Ping(), next());
        later(Duration.ofMillis(1));
        assertEquals(new Open(), next());
    }

    @Test
    void aChannelIsRenewedBeforeItsDayIsOver() {
        watching("a");
        later(Duration.ofHours(24).minus(CallWatch.RENEWED_BEFORE));
        watch.heard(now());
        assertEquals(new Open(), next());
        opened("c2");
        assertEquals(new Subscribe("c2", List.of("a")), next());
    }

    @Test
    void aChannelOfAMinuteIsUsedForMostOfIt() {
        wanted(wall(), "a");
        assertEquals(new Open(), next());
        watch.opened("c1", wall().plus(Duration.ofMinutes(1)), now(), wall());
        assertEquals(new Subscribe("c1", List.of("a")), next());
        watch.subscribed(List.of("a"), now(), wall());
        later(Duration.ofSeconds(53));
        assertEquals(new Ping(), next());
        later(Duration.ofSeconds(1));
        assertEquals(new Open(), next());
    }
}
