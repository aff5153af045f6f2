package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Targets of distinct character, and what is expected with each: how an adaptive limiter is tested. All are overloaded. */
class TargetMatrixTest {
    private static final long SEED = Long.getLong("seed", 4_711);
    private static final Instant END = Lines.START.plus(Duration.ofMinutes(14));

    /**
     * One kind of target.
     *
     * @param used at least this part of what was allowed, from the second minute on
     * @param refused at most this part of the requests
     * @param alarms 99 of 100 alarms are taken within this
     */
    record Kind(String name, double used, double refused, Duration alarms, Consumer<Simulation> character) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Kind kind(
            String name, double used, double refused, int alarmMillis, Consumer<Simulation> character) {
        return new Kind(name, used, refused, Duration.ofMillis(alarmMillis), character);
    }

    private static boolean from(Instant at, int minutes) {
        return !at.isBefore(Lines.START.plus(Duration.ofMinutes(minutes)).plusSeconds(11));
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                kind("steady", 0.98, 0, 500, s -> {}),
                kind("rounds down", 0.98, 0.001, 500, s -> s.genesys.rounding = Duration::toSeconds),
                kind(
                        "rounds to the nearest",
                        0.98,
                        0.001,
                        500,
                        s -> s.genesys.rounding = left -> left.plusMillis(500).toSeconds()),
                kind("minutes begin with a request", 0.98, 0.001, 500, s -> s.genesys.lazy = true),
                kind(
                        "jittery",
                        0.98,
                        0.001,
                        2_000,
                        s -> s.genesys.latency = () -> Duration.ofMillis(20 + s.random.nextInt(1_500))),
                kind("slow", 0.965, 0.001, 3_500, s -> s.genesys.latency = () -> Duration.ofSeconds(3)),
                kind("very slow", 0.93, 0.001, 9_000, s -> s.genesys.latency = () -> Duration.ofSeconds(8)),
                kind(
                        "one in ten fails after it was taken",
                        0.98,
                        0.001,
                        2_000,
                        s -> s.genesys.failsAfter = () -> s.random.nextInt(10) == 0),
                kind(
                        "one in ten fails before it is taken",
                        0.98,
                        0.001,
                        4_000,
                        s -> s.genesys.failsBefore = () -> s.random.nextInt(10) == 0),
                kind(
                        "cut to 120 without notice",
                        0.98,
                        0.001,
                        60_000,
                        s -> s.genesys.limit = at -> from(at, 8) ? 120 : 300),
                kind(
                        "cut at the end of a minute",
                        0.98,
                        0.001,
                        60_000,
                        s -> s.genesys.limit = at -> from(at.plusSeconds(36), 8) ? 120 : 300),
                kind("its clock is fast", 0.98, 0.001, 500, s -> s.genesys.pace = 1.005),
                kind("its clock is slow", 0.98, 0.001, 500, s -> s.genesys.pace = 0.995),
                kind(
                        "one in fifty is taken and never answered",
                        0.98,
                        0.001,
                        11_000,
                        s -> s.genesys.neverAnswers = () -> s.random.nextInt(50) == 0),
                kind("raised to 600", 0.98, 0.001, 500, s -> s.genesys.limit = at -> from(at, 8) ? 600 : 300),
                kind(
                        "changes all the time",
                        0.97,
                        0.002,
                        60_000,
                        s -> s.genesys.limit = at ->
                                from(at, 12) ? 300 : from(at, 9) ? 180 : from(at, 6) ? 300 : from(at, 3) ? 120 : 300),
                kind("headers vanish", 0.98, 0.001, 500, s -> s.genesys.headers = at -> !from(at, 5)),
                kind("headers never", 0.98, 0.001, 500, s -> s.genesys.headers = at -> false),
                kind("silently limited, no headers", 0.90, 0.002, 60_000, s -> {
                    s.genesys.headers = at -> false;
                    s.genesys.limit = at -> 100;
                }),
                kind("headers lie", 0.90, 0.002, 60_000, s -> {
                    s.genesys.told = 300;
                    s.genesys.limit = at -> 200;
                }),
                kind("cut, and no Retry-After", 0.95, 0.001, 60_000, s -> {
                    s.genesys.retryAfter = at -> false;
                    s.genesys.limit = at -> from(at, 8) ? 120 : 300;
                }),
                kind(
                        "others use it too",
                        0.97,
                        0.001,
                        500,
                        s -> s.every(Duration.ofSeconds(2), END, n -> s.genesys.other(s.now))),
                kind(
                        "away for two minutes",
                        0.85,
                        0.001,
                        136_000,
                        s -> s.genesys.away = at -> from(at, 8) && !from(at, 10)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void isUsedWellAndNotFlooded(Kind kind) {
        var simulation = new Simulation(SEED, 1, false);
        kind.character().accept(simulation);
        simulation.updates(60, Duration.ofSeconds(5), END);
        for (int i = 0; i < 40; i++) {
            var call = "alarmed-" + i;
            simulation.every(Duration.ofSeconds(97), END, n -> simulation.line(Lines.lost(call, n)));
        }
        simulation.run(END);
        double used = simulation.used(Lines.START, END);
        var alarms = simulation.latency(Priority.ALARM, 0.99);
        System.out.printf(
                "matrix seed %d %-38s used %.4f refused %d of %d (others %d) alarms p99 %s%n",
                SEED, kind, used, simulation.refused(), simulation.taken(), simulation.genesys.othersRefused, alarms);
        assertAll(
                () -> assertTrue(used >= kind.used(), "used " + used),
                () -> assertTrue(simulation.refusedRatio() <= kind.refused(), "refused " + simulation.refused()),
                () -> assertTrue(alarms.compareTo(kind.alarms()) <= 0, "alarms " + alarms));
    }
}
