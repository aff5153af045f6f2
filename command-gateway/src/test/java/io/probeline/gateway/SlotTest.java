package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.Subscription.Delivery;
import io.probeline.record.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What readers get: everything once, in order, from wherever they come back; or a cut. */
class SlotTest {
    private final AtomicInteger cut = new AtomicInteger();
    private final Slot slot = slot();

    @Test
    void aNewReaderBeginsWithTheSession() throws InterruptedException {
        tell(slot, Feed.AGGREGATES, 4, "aggregate");
        var reader = slot.subscribe(Optional.empty(), cut::incrementAndGet);
        tell(slot, Feed.AGGREGATES, 7, "aggregate");
        assertEquals(List.of("session S1~g5~1", "aggregate S1~g8"), drain(reader));
    }

    @Test
    void whoComesBackGetsWhatItMissed() throws InterruptedException {
        tell(slot, Feed.AGGREGATES, 1, "aggregate");
        tell(slot, Feed.ALERTS, 1, "alert");
        tell(slot, Feed.AGGREGATES, 3, "aggregate");
        var reader = slot.subscribe(Cursor.parse("S1~g2"), cut::incrementAndGet);
        assertEquals(List.of("session S1~g2~1", "alert S1~g2.l2", "aggregate S1~g4.l2"), drain(reader));
    }

    @Test
    void anEventOfARecordWithTwoIsNotTakenForBoth() throws InterruptedException {
        var reader = slot.subscribe(Optional.empty(), cut::incrementAndGet);
        slot.fold(
                Feed.AUDIT,
                5,
                new Fold(slot.view(), List.of(new Fold.Event("command", "1"), new Fold.Event("command", "2")), true));
        var first = drain(reader).get(1);
        assertEquals("command S1~~2", first);
        var again = slot.subscribe(Cursor.parse("S1~~2"), cut::incrementAndGet);
        assertEquals(List.of("session S1~~3", "command S1~~4", "command S1~a6"), drain(again));
    }

    @Test
    void whoHasMissedTooMuchBeginsAnew() throws InterruptedException {
        for (int i = 0; i < Slot.KEPT + 1; i++) {
            tell(slot, Feed.AGGREGATES, i, "aggregate");
        }
        var exact = slot.subscribe(Cursor.parse("S1~g1"), cut::incrementAndGet);
        assertEquals(Slot.KEPT + 1, drain(exact).size());
        var anew = slot.subscribe(Cursor.parse("S1~"), cut::incrementAndGet);
        assertEquals(List.of("session S1~g" + (Slot.KEPT + 1) + "~1"), drain(anew));
        var stranger = slot.subscribe(Cursor.parse("S0~g40"), cut::incrementAndGet);
        assertEquals(List.of("session S1~g" + (Slot.KEPT + 1) + "~1"), drain(stranger));
    }

    @Test
    void oneWhoIsAheadIsNotToldTwice() throws InterruptedException {
        var reader = slot.subscribe(Cursor.parse("S1~g5"), cut::incrementAndGet);
        tell(slot, Feed.AGGREGATES, 3, "aggregate");
        tell(slot, Feed.AGGREGATES, 5, "aggregate");
        assertEquals(List.of("session S1~g5~1", "aggregate S1~g6"), drain(reader));
    }

    @Test
    void aSlowReaderIsCutAndTheOthersGoOn() throws InterruptedException {
        var slow = slot.subscribe(Optional.empty(), cut::incrementAndGet);
        var good = slot.subscribe(Optional.empty(), () -> {});
        var got = new ArrayList<String>();
        for (int i = 0; i < Subscription.BEHIND + 50; i++) {
            tell(slot, Feed.AGGREGATES, i, "aggregate");
            got.addAll(drain(good));
        }
        assertEquals(1, cut.get());
        assertTrue(slow.over());
        assertFalse(good.over());
        assertEquals(Subscription.BEHIND + 51, got.size());
    }

    /** The reader waits on a thread of its own, perhaps already when the end comes. */
    @Test
    void theEndWakesWhoWaits() throws InterruptedException {
        var reader = slot.subscribe(Optional.empty(), cut::incrementAndGet);
        assertTrue(reader.next(Duration.ZERO).isPresent());
        var waiting = new FutureTask<>(() -> reader.next(Duration.ofHours(1)));
        var thread = Thread.ofVirtual().start(waiting);
        slot.end();
        slot.end();
        assertTrue(thread.join(Duration.ofSeconds(20)));
        assertEquals(Optional.empty(), waiting.resultNow());
        assertTrue(reader.over());
        assertEquals(0, cut.get());
    }

    /** Two instances read the same topics side by side, each in its own order; a reader that wanders between them misses nothing. */
    @Test
    void aReaderWandersBetweenInstancesAndMissesNothing() throws InterruptedException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            wander(random);
        }
    }

    private void wander(Random random) throws InterruptedException {
        var feeds = List.of(Feed.AGGREGATES, Feed.ALERTS, Feed.DEVICE_EVENTS);
        var slots = List.of(slot(), slot());
        var read = new int[2][feeds.size()];
        var seen = new ArrayList<String>();
        var at = Cursor.parse("S1~");
        for (int visit = 0; visit < 6; visit++) {
            int which = random.nextInt(2);
            var reader = slots.get(which).subscribe(at, () -> {});
            for (int step = random.nextInt(6); step >= 0; step--) {
                for (int i = 0; i < 2; i++) {
                    int feed = random.nextInt(feeds.size());
                    tell(
                            slots.get(i),
                            feeds.get(feed),
                            read[i][feed]++,
                            feeds.get(feed).toString());
                }
                int most = random.nextInt(4);
                for (int taken = 0; taken < most; taken++) {
                    var next = reader.next(Duration.ZERO);
                    at = next.isPresent() ? Cursor.parse(next.get().id()) : at;
                    next.filter(each -> !each.event().type().equals("session"))
                            .ifPresent(each -> seen.add(each.event().data()));
                }
            }
            slots.get(which).unsubscribe(reader);
        }
        assertEquals(seen.size(), seen.stream().distinct().count(), "told twice: " + seen);
        for (var feed : feeds) {
            var told = seen.stream()
                    .filter(each -> each.startsWith(feed.toString()))
                    .toList();
            for (int i = 0; i < told.size(); i++) {
                assertEquals(feed + " " + i, told.get(i), "missed: " + seen);
            }
        }
    }

    private static Slot slot() {
        return new Slot(SessionView.asked(DeviceStandingTest.request(RequestKind.OPEN, "S1", 1)));
    }

    private static void tell(Slot slot, Feed feed, long offset, String type) {
        slot.fold(feed, offset, new Fold(slot.view(), List.of(new Fold.Event(type, feed + " " + offset)), false));
    }

    private static List<String> drain(Subscription reader) throws InterruptedException {
        var all = new ArrayList<String>();
        for (Optional<Delivery> next = reader.next(Duration.ZERO);
                next.isPresent();
                next = reader.next(Duration.ZERO)) {
            all.add(next.get().event().type() + " " + next.get().id());
        }
        return all;
    }
}
