package io.probeline.quickstart;

import java.util.random.RandomGenerator;

/**
 * A value that wanders smoothly around its home and never leaves its reach.
 *
 * @param stride the usual size of one step
 */
record Walk(double value, double home, double reach, double stride) {
    /** How much of the way home each step goes, so that the walk does not stick to its bounds. */
    private static final double PULL = 0.02;

    static Walk around(double home, double reach, double stride) {
        return new Walk(home, home, reach, stride);
    }

    Walk next(RandomGenerator random) {
        var step = PULL * (home - value) + stride * random.nextGaussian();
        return new Walk(Math.clamp(value + step, home - reach, home + reach), home, reach, stride);
    }
}
