package io.probeline.bridge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.probeline.schemas.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Commits on their way from the lanes to the thread that owns the group's consumer.
 *
 * <p>Metrics: {@code probeline_bridge_commits_waiting}.
 */
final class CommitQueue {
    private static final int MOST = 65_536;

    /** A lane's wish. */
    record Wish(DeviceId device, LaneAction.Commit commit) {}

    private final BlockingQueue<Wish> wishes = new ArrayBlockingQueue<>(MOST);
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile Runnable wake = () -> {};

    CommitQueue(MeterRegistry metrics) {
        Gauge.builder("probeline_bridge_commits_waiting", wishes, BlockingQueue::size)
                .register(metrics);
    }

    /** @param waker brings the consuming thread to look here */
    void wakes(Runnable waker) {
        wake = waker;
    }

    /** False when it is full: the lane tries again. */
    boolean offer(DeviceId device, LaneAction.Commit commit) {
        boolean taken = wishes.offer(new Wish(device, commit));
        if (woken.compareAndSet(false, true)) {
            wake.run();
        }
        return taken;
    }

    /** The device is ours no longer: what its lane still wished for must not be committed under a later generation. */
    void forget(DeviceId device) {
        wishes.removeIf(wish -> wish.device().equals(device));
    }

    List<Wish> drain() {
        woken.set(false);
        var all = new ArrayList<Wish>();
        wishes.drainTo(all);
        return all;
    }
}
