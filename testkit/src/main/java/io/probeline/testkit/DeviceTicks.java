package io.probeline.testkit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The one timer by which all appliances measure, spread over ten slots so that 10,000 of them don't speak at once; for
 * the loop's thread.
 */
final class DeviceTicks {
    private static final int SLOTS = 10;

    private final DeviceLoop loop;
    private final InstantSource clock;
    private final Duration step;
    private final List<Set<DeviceLink>> slots =
            Stream.<Set<DeviceLink>>generate(LinkedHashSet::new).limit(SLOTS).toList();
    private final AtomicLong missed = new AtomicLong();
    private int turn;
    private long due;

    /** Every link has its turn once in this time; with zero, never. */
    DeviceTicks(DeviceLoop loop, Duration every, InstantSource clock) {
        this.loop = loop;
        this.clock = clock;
        this.step = every.dividedBy(SLOTS);
    }

    void start() {
        if (step.isPositive()) {
            due = System.nanoTime();
            next();
        }
    }

    /** How many turns, each of a tenth of all links, the backend was too slow for. */
    long missed() {
        return missed.get();
    }

    void add(DeviceLink link) {
        slot(link).add(link);
    }

    void remove(DeviceLink link) {
        slot(link).remove(link);
    }

    private Set<DeviceLink> slot(DeviceLink link) {
        return slots.get((int) (link.number() % SLOTS));
    }

    private void next() {
        due += step.toNanos();
        var late = System.nanoTime() - due;
        if (late > step.toNanos() * SLOTS) {
            // A whole round behind: the turns that were missed are not made up for, or they would come as a flood.
            due += late;
            missed.addAndGet(late / step.toNanos());
        }
        loop.after(Duration.ofNanos(due - System.nanoTime()), this::tick);
    }

    private void tick() {
        next();
        turn = (turn + 1) % SLOTS;
        // A copy, since an appliance may end its own connection.
        var now = clock.instant();
        List.copyOf(slots.get(turn))
                .forEach(link -> DeviceLoop.guarded(() -> link.line().tick(link, now)));
    }
}
