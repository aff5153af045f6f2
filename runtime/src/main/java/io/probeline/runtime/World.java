package io.probeline.runtime;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What a service takes from outside itself: time, chance and threads. Tests pass their own.
 *
 * @param wall the time of day, for what is written down
 * @param ticker nanoseconds that never fall, for what is waited for
 * @param random chance that need not be secret: back-off and spreading
 */
public record World(InstantSource wall, LongSupplier ticker, Chance random, Threads threads) {
    /** A source of chance that each caller may use from its own thread. */
    public interface Chance {
        RandomGenerator get();
    }

    /** Makes threads with a purpose in their name. */
    public interface Threads {
        ThreadFactory named(String purpose);

        /** Starts a platform thread; it is a daemon, since {@link Running} ends it. */
        default Thread start(String purpose, Runnable work) {
            var thread = named(purpose).newThread(work);
            thread.start();
            return thread;
        }
    }

    public static World real() {
        return new World(
                InstantSource.system(),
                System::nanoTime,
                ThreadLocalRandom::current,
                purpose -> Thread.ofPlatform().daemon().name(purpose + "-", 0).factory());
    }

    public Instant now() {
        return wall.instant();
    }

    public long nanos() {
        return ticker.getAsLong();
    }
}
