package io.probeline.bridge;

import java.util.random.RandomGenerator;

/** W3C trace context. */
final class Trace {
    private Trace() {}

    /** A new trace: version, trace id, parent id, sampled. An id of zeros alone would be invalid. */
    static String next(RandomGenerator random) {
        return "00-%016x%016x-%016x-01".formatted(random.nextLong(), random.nextLong() | 1, random.nextLong() | 1);
    }
}
