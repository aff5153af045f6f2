package io.probeline.gateway;

import io.probeline.runtime.World;
import java.time.Duration;

/** When an answer is due. Architect gives up after its own time-out, so no wait within a request may outlast this, but for the record of a refusal. */
record Deadline(World world, long nanos) {
    static Deadline in(Duration time, World world) {
        return new Deadline(world, world.nanos() + time.toNanos());
    }

    /** What is left, never negative. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, nanos - world.nanos()));
    }

    /** What is left, but not more than this. */
    Duration atMost(Duration most) {
        var left = left();
        return left.compareTo(most) < 0 ? left : most;
    }

    /** The same end, or an earlier one. */
    Deadline within(Duration most) {
        return new Deadline(world, Math.min(nanos, world.nanos() + most.toNanos()));
    }

    /** The same end, or a later one: so much time there is. */
    Deadline atLeast(Duration least) {
        return new Deadline(world, Math.max(nanos, world.nanos() + least.toNanos()));
    }
}
