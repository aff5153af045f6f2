package io.probeline.quickstart;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** The radio module of an appliance: a signal that wanders, sags in bad times, and is better on a free channel. */
final class Radio {
    /** Strong enough to take a signal that is merely weak far below -85 dBm. */
    private static final double SAG = 24;

    private static final double GAIN = 10;
    private static final double RAMP_MILLIS = 1_500;

    /** A better channel is not better for ever: the neighbours find it too. */
    private static final Duration STAYS_CLEAR = Duration.ofMinutes(4);

    private final Cycle sags;
    private Walk walk;
    private int channel = 6;
    private Instant clearUntil = Instant.MIN;

    Radio(Walk walk, Cycle sags) {
        this.walk = walk;
        this.sags = sags;
    }

    /** The next reading, in dBm. */
    double read(Instant now, RandomGenerator random) {
        walk = walk.next(random);
        return signal(now);
    }

    /** The last reading, as it would be now. */
    double signal(Instant now) {
        return walk.value() + (now.isBefore(clearUntil) ? GAIN : -SAG * depth(now));
    }

    /** From 0 to 1: a signal fades and comes back within a second or two, it does not jump. */
    private double depth(Instant now) {
        return sags.edge(now)
                .map(edge -> Math.min(1, edge.toMillis() / RAMP_MILLIS))
                .orElse(0.0);
    }

    int channel() {
        return channel;
    }

    void move(int better, Instant now) {
        channel = better;
        clearUntil = now.plus(STAYS_CLEAR);
    }

    void connected(Instant now) {
        sags.connected(now);
    }

    void disconnected(Instant now) {
        sags.disconnected(now);
    }
}
