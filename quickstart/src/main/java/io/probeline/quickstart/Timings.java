package io.probeline.quickstart;

import io.probeline.runtime.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long each part took to start, told in one line. */
final class Timings {
    private final World world;
    private final long start;
    private final List<String> parts = new ArrayList<>();
    private long last;

    Timings(World world) {
        this.world = world;
        this.start = world.nanos();
        this.last = start;
    }

    /** This part is up; it took the time since the part before it. */
    void took(String part) {
        long now = world.nanos();
        parts.add(part + " " + seconds(now - last));
        last = now;
    }

    @Override
    public String toString() {
        return "up in " + seconds(world.nanos() - start) + ": " + String.join(", ", parts);
    }

    private static String seconds(long nanos) {
        return Math.round(Duration.ofNanos(nanos).toMillis() / 100.0) / 10.0 + " s";
    }
}
