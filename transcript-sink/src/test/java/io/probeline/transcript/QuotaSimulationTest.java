package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.LineKind;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Priority;
import io.probeline.record.TranscriptLine;
import io.probeline.transcript.QuotaScheduler.Action.Settled;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scheduler against a model of the quota, in simulated time: the quota is used, not exceeded, shared fairly, and no window is lost. */
class QuotaSimulationTest {
    private static final long SEED = Long.getLong("seed", 20_261_122);
    private static final Instant END = Lines.START.plus(Duration.ofMinutes(13));
    private static final Instant DRAINED = END.plus(Duration.ofMinutes(6));

    /** 25 calls with an update every 5 s are the quota's load. */
    private static Simulation loaded(int times, int instances, boolean readable) {
        System.out.println("seed " + SEED + ", load " + times + ", instances " + instances);
        var simulation = new Simulation(SEED, instances, readable);
        simulation.updates(25 * times, Duration.ofSeconds(5), END);
        for (int i = 0; i < 100; i++) {
            var call = "alarmed-" + i;
            simulation.every(Duration.ofSeconds(97), END, n -> simulation.line(Lines.lost(call, n)));
            simulation.every(Duration.ofSeconds(113), END, n -> simulation.line(Lines.result(call, n)));
        }
        return simulation;
    }

    @ParameterizedTest
    @CsvSource({"8,false,false", "8,true,false", "8,false,true", "40,false,false"})
    void theQuotaIsUsedAndNotExceededUnderOverload(int times, boolean lazy, boolean readable) {
        var simulation = loaded(times, 1, readable);
        simulation.genesys.lazy = lazy;
        simulation.run(END);
        report(simulation);
        assertAll(
                () -> assertTrue(simulation.used(Lines.START, END) >= 0.98, "used"),
                () -> assertTrue(simulation.refusedRatio() <= 0.001, "refused"),
                () -> assertTrue(simulation.fairness() >= 0.95, "fair"),
                () -> assertTrue(alarms(simulation).compareTo(Duration.ofSeconds(2)) <= 0, "alarms"));
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

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void instancesShareOneQuotaThroughRebalances(int instances) {
        var simulation = loaded(8, instances, false);
        simulation.at(Lines.START.plusSeconds(295), () -> simulation.rebalance(instances + 1));
        simulation.at(Lines.START.plusSeconds(583), () -> simulation.rebalance(instances - 1));
        simulation.run(END);
        report(simulation);
        assertAll(
                () -> assertTrue(simulation.used(Lines.START, END) >= 0.98, "used"),
                () -> assertTrue(simulation.refusedRatio() <= 0.001, "refused"),
                () -> assertTrue(simulation.fairness() >= 0.95, "fair"),
                () -> assertTrue(alarms(simulation).compareTo(Duration.ofSeconds(2)) <= 0, "alarms"));
        simulation.run(DRAINED);
        everyWindowOnce(simulation);
    }

    /** A token is each instance's own, and the quota the integration's: so together they keep to one. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void instancesWithTokensOfTheirOwnKeepToOneQuota(int instances) {
        var simulation = loaded(8, instances, false);
        simulation.genesys.tokenEach = true;
        simulation.at(Lines.START.plusSeconds(295), () -> simulation.rebalance(instances + 1));
        simulation.at(Lines.START.plusSeconds(583), () -> simulation.rebalance(instances - 1));
        simulation.run(END);
        report(simulation);
        double used = simulation.used(Lines.START.plusSeconds(60), END);
        assertAll(
                () -> assertTrue(used >= 0.95 && used <= 1.02, "used " + used),
                () -> assertEquals(0, simulation.refused()),
                () -> assertTrue(alarms(simulation).compareTo(Duration.ofSeconds(2)) <= 0, "alarms"));
        simulation.run(DRAINED);
        everyWindowOnce(simulation);
    }

    @Test
    void afterTenMinutesAwayEachInteractionHasOneSummaryAndAlarmsGoFirst() {
        var back = Lines.START.plusSeconds(720);
        var simulation = loaded(8, 1, false);
        simulation.genesys.away = at -> at.isAfter(Lines.START.plusSeconds(120)) && at.isBefore(back);
        simulation.run(back.minusSeconds(1));
        var waiting = simulation.instances.getFirst().waiting().toList();
        var summaries = waiting.stream()
                .filter(w -> w.priority() == Priority.SUMMARY)
                .collect(Collectors.groupingBy(w -> w.line().getInteractionId(), Collectors.counting()));
        assertTrue(summaries.values().stream().allMatch(n -> n == 1), summaries::toString);
        assertEquals(200, summaries.size());
        int before = simulation.genesys.written.size();
        long alarms =
                waiting.stream().filter(w -> w.priority() == Priority.ALARM).count();
        simulation.run(END);
        var after =
                simulation.genesys.written.stream().skip(before).limit(alarms).toList();
        assertTrue(after.stream().allMatch(w -> w.line().getPriority() == Priority.ALARM));
        assertTrue(
                Duration.between(back, after.getFirst().at()).compareTo(Duration.ofSeconds(16)) < 0,
                after.getFirst()::toString);
        simulation.run(DRAINED);
        everyWindowOnce(simulation);
    }

    @Test
    void whatFailsAfterItWasTakenIsNeverSaidTwiceWhereItCanBeRead() {
        var simulation = loaded(2, 1, true);
        simulation.genesys.failsAfter = () -> simulation.random.nextInt(10) == 0;
        simulation.run(DRAINED);
        report(simulation);
        assertEquals(Map.of(), saidTwice(simulation));
        everyWindowOnce(simulation);
    }

    @Test
    void whatFailsAfterItWasTakenIsSaidAgainOnlyIfItCanNotMerge() {
        var simulation = loaded(2, 1, false);
        for (int i = 0; i < 50; i++) {
            var call = "call-" + i;
            simulation.at(END.plusSeconds(1), () -> simulation.line(Lines.ended(call, 180)));
        }
        for (int i = 0; i < 100; i++) {
            var call = "alarmed-" + i;
            simulation.at(END.plusSeconds(2), () -> simulation.line(Lines.ended(call, 180)));
        }
        simulation.genesys.failsAfter = () -> simulation.random.nextInt(10) == 0;
        simulation.run(DRAINED);
        report(simulation);
        var twice = saidTwice(simulation);
        assertTrue(
                twice.keySet().stream()
                        .allMatch(id -> id.contains(LineKind.LOST.name()) || id.contains(LineKind.ENDED.name())),
                twice::toString);
        assertTrue(simulation.repeated() >= twice.size(), "every repeat is counted");
        everyWindowOnce(simulation);
    }

    private static Map<String, Long> saidTwice(Simulation simulation) {
        return simulation.genesys.written.stream()
                .collect(Collectors.groupingBy(w -> w.line().getLineId(), Collectors.counting()))
                .entrySet()
                .stream()
                .filter(e -> e.getValue() > 1)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Duration alarms(Simulation simulation) {
        return simulation.latency(Priority.ALARM, 0.99);
    }

    private static void report(Simulation s) {
        System.out.printf(
                "used %.4f, taken %d, refused %d, fairness %.4f, alarms p99 %s, waiting at most %d%n",
                s.used(Lines.START, s.now),
                s.taken(),
                s.refused(),
                s.fairness(),
                s.genesys.written.stream().anyMatch(w -> w.line().getPriority() == Priority.ALARM) ? alarms(s) : "-",
                s.longestWaiting());
    }

    /** The oracle: each given line is in exactly one settled line, and a written summary says what its lines say together. */
    private static void everyWindowOnce(Simulation simulation) {
        assertEquals(Map.of(), simulation.notOnce());
        var given = simulation.given.stream().collect(Collectors.toMap(TranscriptLine::getLineId, Function.identity()));
        simulation.writtenOnce().stream()
                .filter(settled -> settled.line().getKind() == LineKind.UPDATE)
                .forEach(settled -> saysAll(settled, given));
    }

    private static void saysAll(Settled settled, Map<String, TranscriptLine> given) {
        var lines = settled.places().stream()
                .map(place -> Objects.requireNonNull(given.get(place.lineId())))
                .toList();
        var said = settled.line();
        assertEquals(lines.size(), said.getWindows());
        assertEquals(lines.stream().mapToLong(TranscriptLine::getReceived).sum(), said.getReceived());
        assertEquals(lines.stream().mapToLong(TranscriptLine::getLost).sum(), said.getLost());
        var signals = lines.stream()
                .map(line -> Objects.requireNonNull(line.getMetrics().get("signal_strength")))
                .toList();
        var signal = Objects.requireNonNull(said.getMetrics().get("signal_strength"));
        long count = signals.stream().mapToLong(MetricAggregate::getCount).sum();
        double sum = signals.stream().mapToDouble(MetricAggregate::getSum).sum();
        assertEquals(count, signal.getCount());
        assertEquals(sum / count, signal.getAvg(), 1e-9);
        assertEquals(signals.stream().mapToDouble(MetricAggregate::getMin).min().orElseThrow(), signal.getMin());
        assertEquals(signals.stream().mapToDouble(MetricAggregate::getMax).max().orElseThrow(), signal.getMax());
        assertEquals(signals.getLast().getLast(), signal.getLast());
    }
}
