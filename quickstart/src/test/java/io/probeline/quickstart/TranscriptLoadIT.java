package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.record.LineKind;
import io.probeline.record.Priority;
import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptReceipt;
import io.probeline.testkit.GenesysMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * What the transcript promises, measured in real time against a contact centre with the real quota: processor and sinks as they are, load from 1 to 40 times the
 * quota, a limit that is cut, headers that vanish, instances that come and go. All at once, since each mostly waits for its quota.
 */
@EnabledIfSystemProperty(
        named = "proofs",
        matches = "long",
        disabledReason = "half an hour: -Dproofs=long -Dit.test=TranscriptLoadIT")
@ResourceLock(value = ProofSite.NINE_PROCESSES, mode = ResourceAccessMode.READ)
class TranscriptLoadIT {
    private static final int QUOTA = 300;
    private static final int AT_ONCE = 2;
    private static final Duration DRAIN = Duration.ofMinutes(12);

    /**
     * One measurement.
     *
     * @param times the quota's load
     * @param overloaded whether lines wait all the time, so that the whole quota is to be used
     * @param script what happens, beat by beat, with the minute that has begun
     */
    private record Scenario(
            String name,
            int times,
            int instances,
            int minutes,
            boolean overloaded,
            BiConsumer<LoadStage, Integer> script) {}

    private static final List<Scenario> SCENARIOS = List.of(
            new Scenario("1x", 1, 1, 6, false, (stage, minute) -> {}),
            new Scenario("8x", 8, 1, 8, true, (stage, minute) -> {}),
            new Scenario("40x", 40, 1, 6, true, (stage, minute) -> {}),
            new Scenario("8x-cut", 8, 1, 12, true, (stage, minute) -> {
                if (minute == 3) {
                    stage.genesys.limit(120);
                }
            }),
            new Scenario("8x-blind", 8, 1, 8, true, (stage, minute) -> {
                if (minute == 2) {
                    stage.genesys.headers(false);
                }
            }),
            new Scenario("8x-two", 8, 2, 8, true, TranscriptLoadIT::joinAndLeave),
            new Scenario("8x-three", 8, 3, 8, true, TranscriptLoadIT::joinAndLeave));

    private static void joinAndLeave(LoadStage stage, int minute) {
        if (minute == 2) {
            stage.sinkJoins();
        } else if (minute == 5) {
            stage.sinkLeaves();
        }
    }

    /** What came of one; {@code faults} in words. */
    private record Report(String line, List<String> faults) {}

    @Test
    void theQuotaIsUsedAndNothingIsLost(@TempDir Path folder) throws Exception {
        var wanted = System.getProperty("scenarios", "");
        var chosen = SCENARIOS.stream()
                .filter(s ->
                        wanted.isEmpty() || Arrays.asList(wanted.split(",")).contains(s.name()))
                .toList();
        var faults = new ArrayList<String>();
        var running = new ArrayList<Future<Report>>();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var scenario : chosen) {
                var own = Files.createDirectory(folder.resolve(scenario.name()));
                running.add(threads.submit(() -> measure(scenario, own)));
            }
            for (var report : running) {
                System.out.println(report.get().line());
                faults.addAll(report.get().faults());
            }
        }
        assertEquals(List.of(), faults);
    }

    private static Report measure(Scenario scenario, Path folder) throws Exception {
        try (var stage = new LoadStage(folder, scenario.instances())) {
            var begun = new int[1];
            stage.load(CallLoad.CALLS_OF_A_QUOTA * scenario.times(), Duration.ofMinutes(scenario.minutes()), since -> {
                if (since.toMinutes() > begun[0]) {
                    begun[0]++;
                    scenario.script().accept(stage, begun[0]);
                }
            });
            var until = Instant.now();
            stage.drain(DRAIN);
            return judge(scenario, stage, until);
        }
    }

    private static Report judge(Scenario scenario, LoadStage stage, Instant until) {
        var history = stage.history();
        var use = new QuotaUse(stage.genesys.calls(), until);
        var alarms = latencies(stage, history, until);
        double used = used(use, scenario);
        double fairness = fairness(history.receipts(), history);
        var p99 = alarms.isEmpty() ? Duration.ZERO : alarms.get((int) Math.floor(alarms.size() * 0.99));
        var faults = new ArrayList<String>();
        WindowCover.violations(history).stream().limit(20).forEach(faults::add);
        expect(faults, !scenario.overloaded() || used >= 0.98, "used " + used);
        // Each instance has a token of its own here, and the contact centre counts by token: together they keep to one
        // quota.
        expect(faults, used <= 1.02, "used more than one quota: " + used);
        expect(faults, use.refusedPart() <= 0.001, "refused " + use.refusedPart());
        boolean steady = scenario.times() == 8 && !scenario.name().contains("cut");
        expect(faults, !steady || p99.compareTo(Duration.ofSeconds(2)) <= 0, "alarms p99 " + p99);
        expect(faults, scenario.times() != 8 || fairness >= 0.95, "fairness " + fairness);
        var written = history.receipts().stream()
                .filter(receipt -> receipt.getState() == ReceiptState.WRITTEN)
                .count();
        return new Report(
                "transcript %-9s used %.4f of %d whole minutes %s, refused %d of %d, alarms %d p99 %d ms, fairness %.4f, lines %d, written %d, windows %d, faults %d"
                        .formatted(
                                scenario.name(),
                                used,
                                use.minutes().size(),
                                use.minutes().stream()
                                        .map(QuotaUse.Minute::allowed)
                                        .toList(),
                                use.refused(),
                                stage.genesys.counts().allowed()
                                        + stage.genesys.counts().refused(),
                                alarms.size(),
                                p99.toMillis(),
                                fairness,
                                history.lines().size(),
                                written,
                                history.aggregates().size(),
                                faults.size()),
                faults.stream().map(fault -> scenario.name() + ": " + fault).toList());
    }

    /** The minute in which a limit is cut has two limits, so it is left out. */
    private static double used(QuotaUse use, Scenario scenario) {
        boolean cut = scenario.name().contains("cut");
        var whole = use.minutes().stream()
                .filter(minute -> !cut || minute.allowed() <= 120 || minute.allowed() > QUOTA * 0.9)
                .toList();
        double limits = whole.stream()
                .mapToInt(minute -> cut && minute.allowed() <= 120 ? 120 : QUOTA)
                .sum();
        return whole.stream().mapToInt(QuotaUse.Minute::allowed).sum() / limits;
    }

    /** From the moment that a line could be read in the topic until it was taken; alarms alone. */
    private static List<Duration> latencies(LoadStage stage, WindowCover.History history, Instant until) {
        var text = history.receipts().stream()
                .collect(Collectors.toMap(TranscriptReceipt::getLineId, TranscriptReceipt::getText, (a, b) -> a));
        Map<String, Instant> taken = new HashMap<>();
        for (GenesysMessage message : stage.genesys.allMessages()) {
            taken.putIfAbsent(
                    WindowCover.said(message.interactionId(), message.timestamp(), message.text()), message.received());
        }
        return stage.lines().stream()
                .filter(seen -> seen.value().getPriority() == Priority.ALARM
                        && seen.at().isBefore(until))
                .map(seen -> Duration.between(
                        seen.at(),
                        taken.getOrDefault(
                                WindowCover.said(
                                        seen.value().getInteractionId(),
                                        seen.value().getAt(),
                                        text.getOrDefault(seen.value().getLineId(), "")),
                                Instant.MAX)))
                .sorted()
                .toList();
    }

    /** Jain's index over the interactions' written summaries. */
    private static double fairness(List<TranscriptReceipt> receipts, WindowCover.History history) {
        var summaries = history.lines().stream()
                .filter(line -> line.getPriority() == Priority.SUMMARY && line.getKind() == LineKind.UPDATE)
                .collect(Collectors.toMap(line -> line.getLineId(), Function.identity()));
        var counts = receipts.stream()
                .filter(receipt ->
                        receipt.getState() == ReceiptState.WRITTEN && summaries.containsKey(receipt.getLineId()))
                .collect(Collectors.groupingBy(TranscriptReceipt::getInteractionId, Collectors.counting()));
        double sum = counts.values().stream().mapToLong(n -> n).sum();
        double squares =
                counts.values().stream().mapToDouble(n -> (double) n * n).sum();
        return sum * sum / (counts.size() * squares);
    }

    private static void expect(List<String> faults, boolean kept, String what) {
        if (!kept) {
            faults.add(what);
        }
    }
}
