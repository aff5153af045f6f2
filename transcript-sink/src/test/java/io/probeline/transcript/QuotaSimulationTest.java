package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Priority;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scheduler against a model of the quota, in simulated time. */
class QuotaSimulationTest {
    private static final long SEED = 20_261_122;
    private static final Instant END = Lines.START.plus(Duration.ofMinutes(20));
    private static final Instant DRAINED = END.plus(Duration.ofMinutes(10));

    /** 25 calls with an update every 5 s are the quota's load. */
    private static Simulation loaded(int times) {
        System.out.println("seed " + SEED + ", load " + times);
        var simulation = new Simulation(SEED, 1, false);
        simulation.updates(25 * times, Duration.ofSeconds(5), END);
        return simulation;
    }

    @ParameterizedTest
    @CsvSource({"8,false", "8,true", "40,false"})
    void theQuotaIsUsedAndNotExceededUnderOverload(int times, boolean lazy) {
        var simulation = loaded(times);
        simulation.genesys.lazy = lazy;
        for (int i = 0; i < 100; i++) {
            var call = "alarmed-" + i;
            simulation.every(Duration.ofSeconds(97), END, n -> simulation.line(Lines.lost(call, n)));
            simulation.every(Duration.ofSeconds(113), END, n -> simulation.line(Lines.result(call, n)));
        }
        simulation.run(END);
        report(simulation);
        assertAll(
                () -> assertTrue(simulation.used(Lines.START, END) >= 0.98, "used"),
                () -> assertTrue(simulation.refusedRatio() <= 0.001, "refused"),
                () -> assertTrue(simulation.fairness() >= 0.95, "fair"),
                () -> assertTrue(
                        simulation.latency(Priority.ALARM, 0.99).compareTo(Duration.ofSeconds(2)) <= 0, "alarms"));
        simulation.run(DRAINED);
        everyWindowOnce(simulation);
    }

    @Test
    void withinTheQuotaEveryLineIsSaidSoon() {
        var simulation = new Simulation(SEED, 1, false);
        simulation.updates(20, Duration.ofSeconds(5), END);
        simulation.run(DRAINED);
        report(simulation);
        assertEquals(0, simulation.refused());
        assertTrue(simulation.latency(Priority.SUMMARY, 0.99).compareTo(Duration.ofSeconds(5)) <= 0);
        everyWindowOnce(simulation);
    }

    private static void report(Simulation s) {
        System.out.printf(
                "used %.4f, taken %d, refused %d, fairness %.4f, alarms p99 %s, waiting at most %d%n",
                s.used(Lines.START, s.now),
                s.taken(),
                s.refused(),
                s.fairness(),
                s.genesys.written.stream().anyMatch(w -> w.line().getPriority() == Priority.ALARM)
                        ? s.latency(Priority.ALARM, 0.99)
                        : "-",
                s.longestWaiting());
    }

    private static void everyWindowOnce(Simulation simulation) {
        assertEquals(java.util.Map.of(), simulation.notOnce());
        simulation.writtenOnce().stream()
                .filter(s -> s.line().getPriority() == Priority.SUMMARY)
                .forEach(s -> assertEquals(
                        s.places().size(), s.line().getWindows(), s.line().getLineId()));
    }
}
