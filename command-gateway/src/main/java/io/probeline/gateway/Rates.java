package io.probeline.gateway;

import io.probeline.runtime.World;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** A bucket for each caller of late; at most {@link #CALLERS}, and the one that has been quiet longest goes first. */
final class Rates {
    private static final int CALLERS = 10_000;

    private final Rate rate;
    private final World world;
    /** Guarded by this; in order of use. */
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    Rates(Rate rate, World world) {
        this.rate = rate;
        this.world = world;
    }

    /** Takes one for this caller. @return nothing to wait for when there was one, else how long */
    synchronized Duration take(String caller) {
        long now = world.nanos();
        var bucket = buckets.getOrDefault(caller, Bucket.full(rate, now)).at(now, rate);
        buckets.put(caller, bucket.has() ? bucket.taken() : bucket);
        if (buckets.size() > CALLERS) {
            buckets.remove(buckets.keySet().iterator().next());
        }
        return bucket.until(rate);
    }
}
