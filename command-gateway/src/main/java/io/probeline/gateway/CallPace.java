package io.probeline.gateway;

import java.time.Duration;

/**
 * When this gateway may next ask what has become of a call, whichever of its channels the call is on: all gateways together ask for 15 calls a minute, each for its
 * part of them, since each request counts against the quota of the whole contact centre (ADR 11). For one thread only.
 */
final class CallPace {
    static final Rate LOOK_UPS = new Rate(0.25, 8);

    private double part = 1;
    private Bucket lookUps;
    private long at;

    CallPace(long now) {
        lookUps = Bucket.full(LOOK_UPS, now);
        at = now;
    }

    /** @param mine of the look-ups of all gateways, more than 0 */
    void part(double mine) {
        part = mine;
    }

    long next() {
        return at;
    }

    void asked(Duration atLeast, long now) {
        var rate = new Rate(LOOK_UPS.perSecond() * part, LOOK_UPS.burst());
        lookUps = lookUps.at(now, rate).taken();
        at = now + Math.max(atLeast.toNanos(), lookUps.until(rate).toNanos());
    }
}
