package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.probeline.bridge.CommitQueue.Wish;
import io.probeline.schemas.DeviceId;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Wishes on their way to the group's consumer. */
class CommitQueueTest {
    private static final DeviceId WASHER = new DeviceId("washer");
    private static final DeviceId FRIDGE = new DeviceId("fridge");

    private final CommitQueue queue = new CommitQueue(new SimpleMeterRegistry());

    @Test
    void oneWakingServesAllWishesUntilTheyAreTaken() {
        var woken = new AtomicInteger();
        queue.wakes(woken::incrementAndGet);
        queue.offer(WASHER, commit(1));
        queue.offer(FRIDGE, commit(2));
        assertEquals(1, woken.get());
        assertEquals(List.of(new Wish(WASHER, commit(1)), new Wish(FRIDGE, commit(2))), queue.drain());
        queue.offer(WASHER, commit(3));
        assertEquals(2, woken.get());
    }

    /** The consumer may be in the group again, under another generation, when it comes to look here. */
    @Test
    void whatADeviceWishedForThatHasGoneToAnotherBridgeIsNotCommitted() {
        queue.offer(WASHER, commit(1));
        queue.offer(FRIDGE, commit(2));
        queue.offer(WASHER, commit(3));
        queue.forget(WASHER);
        assertEquals(List.of(new Wish(FRIDGE, commit(2))), queue.drain());
    }

    private static LaneAction.Commit commit(long number) {
        return new LaneAction.Commit(new CommittedPlace(number, 0), number, 0);
    }
}
