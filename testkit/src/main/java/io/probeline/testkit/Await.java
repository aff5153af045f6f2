package io.probeline.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a state, never for a time: the deadline is only where a test stops hoping. */
public final class Await {
    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    private Await() {}

    /** Returns when the state is there. */
    public static void until(String what, Duration limit, BooleanSupplier state) {
        until(what, limit, state, () -> "still not so");
    }

    /**
     * Returns when the state is there.
     *
     * @param seen what there is instead, asked for once, for the failure's message
     */
    public static void until(String what, Duration limit, BooleanSupplier state, Supplier<?> seen) {
        if (!poll(limit, state)) {
            throw new AssertionError("waited %s for %s; last seen: %s".formatted(limit, what, seen.get()));
        }
    }

    /** Returns the value when there is one. */
    public static <T> T value(String what, Duration limit, Supplier<Optional<T>> source) {
        var deadline = System.nanoTime() + limit.toNanos();
        var value = source.get();
        while (value.isEmpty() && pause(deadline)) {
            value = source.get();
        }
        return value.orElseThrow(
                () -> new AssertionError("waited %s for %s; last seen: nothing".formatted(limit, what)));
    }

    /** Returns when what the source gives equals what is expected, and fails with what it gave last. */
    public static <T> void equal(String what, Duration limit, T expected, Supplier<T> source) {
        var deadline = System.nanoTime() + limit.toNanos();
        var seen = source.get();
        while (!expected.equals(seen) && pause(deadline)) {
            seen = source.get();
        }
        if (!expected.equals(seen)) {
            throw new AssertionError("waited %s for %s to be %s; last seen: %s".formatted(limit, what, expected, seen));
        }
    }

    private static boolean poll(Duration limit, BooleanSupplier state) {
        var deadline = System.nanoTime() + limit.toNanos();
        var there = state.getAsBoolean();
        while (!there && pause(deadline)) {
            there = state.getAsBoolean();
        }
        return there;
    }

    /** False when the deadline has passed; an interrupt ends the wait too, and stays set. */
    private static boolean pause(long deadline) {
        if (Thread.currentThread().isInterrupted()) {
            throw new AssertionError("interrupted while waiting");
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        return System.nanoTime() - deadline < 0;
    }
}
