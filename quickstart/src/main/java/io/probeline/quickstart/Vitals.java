package io.probeline.quickstart;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** What a simulated appliance measures of itself; a weak signal costs time and packets. For the backend's thread. */
final class Vitals {
    private static final double GOOD_SIGNAL = -75;
    private static final double NO_SIGNAL = -95;

    // At full strain still below what the rules warn of: a weak signal is one alert, not three.
    private static final double STRAIN_LATENCY = 45;
    private static final double STRAIN_LOSS = 1.2;

    private final Radio radio;
    private final double errorChance;
    private Walk latency;
    private Walk loss;

    /** @param errorChance of one error in a reading */
    Vitals(Radio radio, Walk latency, Walk loss, double errorChance) {
        this.radio = radio;
        this.latency = latency;
        this.loss = loss;
        this.errorChance = errorChance;
    }

    Radio radio() {
        return radio;
    }

    /** The next reading, by metric. */
    Map<String, Number> read(Instant now, RandomGenerator random) {
        var signal = radio.read(now, random);
        latency = latency.next(random);
        loss = loss.next(random);
        var metrics = new LinkedHashMap<String, Number>();
        metrics.put("signal_strength", tenths(signal));
        metrics.put("latency", latency(now));
        metrics.put("packet_loss", tenths(loss.value() + STRAIN_LOSS * strain(signal)));
        metrics.put("errors", random.nextDouble() < errorChance ? 1 : 0);
        return metrics;
    }

    double signal(Instant now) {
        return tenths(radio.signal(now));
    }

    /** In milliseconds. */
    double latency(Instant now) {
        return tenths(latency.value() + STRAIN_LATENCY * strain(radio.signal(now)));
    }

    private static double strain(double signal) {
        return Math.clamp((GOOD_SIGNAL - signal) / (GOOD_SIGNAL - NO_SIGNAL), 0, 1);
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
