package io.probeline.quickstart;

import io.probeline.runtime.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the machine was like when it was measured last; measured once a second, because each look costs something.
 *
 * <p>The backend's thread asks what is due and what is there, a thread of its own measures.
 */
final class MachineSamples {
    private static final Duration EVERY = Duration.ofSeconds(1);

    /** An older sample says nothing about now, and is not told any more. */
    private static final Duration STALE = Duration.ofSeconds(5);

    private final Machine machine;
    private final Loopback loopback;
    private final World world;
    private final AtomicBoolean measuring = new AtomicBoolean();
    private volatile Sample last = new Sample(Instant.MIN, Map.of());

    // Owned by the backend's thread.
    private Instant next = Instant.MIN;

    private record Sample(Instant at, Map<String, Double> metrics) {}

    MachineSamples(Machine machine, Loopback loopback, World world) {
        this.machine = machine;
        this.loopback = loopback;
        this.world = world;
    }

    /** True once a second, and then somebody has to {@link #take} one. */
    boolean due(Instant now) {
        if (now.isBefore(next)) {
            return false;
        }
        next = now.plus(EVERY);
        return true;
    }

    /** Does nothing while another thread is at it: a file that is slow to read must not gather a crowd. */
    void take() {
        if (measuring.compareAndSet(false, true)) {
            try {
                last = new Sample(world.now(), measure());
            } finally {
                measuring.set(false);
            }
        }
    }

    private Map<String, Double> measure() {
        var metrics = new LinkedHashMap<String, Double>();
        loopback.connect().ifPresent(took -> metrics.put("latency", round(Loopback.millis(took))));
        put(metrics, "cpu_load", machine.cpuLoad());
        put(metrics, "memory_used_percent", machine.memoryUsed());
        put(metrics, "temperature", machine.temperature());
        if (machine.wireless() instanceof Wireless.Signal(var _, var dbm)) {
            metrics.put("signal_strength", dbm);
        }
        return Collections.unmodifiableMap(metrics);
    }

    private static void put(Map<String, Double> metrics, String name, OptionalDouble value) {
        value.ifPresent(v -> metrics.put(name, round(v)));
    }

    /** To a thousandth: a connection over loopback takes a few hundredths of a millisecond. */
    static double round(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }

    /** The last sample by metric; empty where there is none that still counts. */
    Map<String, Double> latest(Instant now) {
        var sample = last;
        return sample.at().isBefore(now.minus(STALE)) ? Map.of() : sample.metrics();
    }
}
