package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.probeline.bridge.FaultyBridge;
import io.probeline.bridge.IngestBridge;
import io.probeline.testkit.Await;
import io.probeline.testkit.Guarantee;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is promised of commands, with every part a process, while parts are restarted, killed, stopped and cut off. It is judged by what the device backend saw and
 * what HTTP answered, and by nothing else. The long form, by {@code -Dproofs=long}: ten thousand commands on a hundred devices in each scenario.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(ProofSite.NINE_PROCESSES)
class CommandProofIT {
    private static final boolean LONG = "long".equals(System.getProperty("proofs"));
    private static final long SEED = Long.getLong("seed", 20_261_124);

    /** Names of scenarios, to see some of them alone; all where there is none. */
    private static final String ONLY = System.getProperty("proofs.scenarios", "");

    private static final int DEVICES = LONG ? 100 : 10;
    private static final int COMMANDS = LONG ? 101 : 8;

    private static final String NOWHERE = "";

    /** At each step of a lane. */
    private static final int HITS = Integer.getInteger("hits", LONG ? 100 : 1);

    private static final Duration PAUSE = Duration.ofMillis(LONG ? 900 : 150);

    /** The long form goes on for as long as there are crashes to come, and it is they that the machine shall have time for. */
    private static final Duration PAUSE_AMONG_CRASHES = Duration.ofMillis(LONG ? 2_000 : 150);

    private static final Duration PAUSE_AFTER_THEM = Duration.ofMillis(150);

    /** Devices with a call at the same time, while bridges crash: each crash moves them all, which is most of what it costs. */
    private static final int CALLS_AMONG_CRASHES = 10;

    /** A bridge passes a step so often at most before it halts there. */
    private static final int PASSAGES = LONG ? 4 : 8;

    /** Whoever halts is missed so soon that another crash can follow; an idle member says five times within this that it lives. */
    private static final Map<String, String> SOON_MISSED =
            Map.of("KAFKA_SESSION_TIMEOUT_MS", "1500", "KAFKA_HEARTBEAT_INTERVAL_MS", "300");

    /** Each device about as often in both forms. */
    private static final Duration CUT_EVERY = Duration.ofMillis(6_000 / DEVICES);

    /** What goes wrong meanwhile. */
    enum Scenario {
        /** Each bridge and each gateway in turn, as an orchestrator does it. */
        ROLLING_RESTARTS(1),
        KILLED_BRIDGES(5),
        /** For longer than the group waits for a member. */
        STOPPED_BRIDGES(3),
        /** Each in turn. */
        LOST_BROKERS(3),
        CUT_SOCKETS(10);

        private final int least;

        Scenario(int least) {
            this.least = least;
        }
    }

    private void step(Scenario scenario, int turn, Random random) throws IOException, InterruptedException {
        site.restartEnded(site.bridges);
        switch (scenario) {
            case ROLLING_RESTARTS -> restartInTurn();
            case KILLED_BRIDGES -> {
                var bridge = site.bridges.get(random.nextInt(site.bridges.size()));
                bridge.kill();
                bridge.start();
                bridge.awaitReady();
                // Time for a few commands in between, or little else than take-overs is seen.
                ProofRuns.pause(Duration.ofSeconds(2));
            }
            case STOPPED_BRIDGES -> {
                var bridge = site.bridges.get(random.nextInt(site.bridges.size()));
                bridge.stop();
                ProofRuns.pause(Duration.ofSeconds(6));
                bridge.goOn();
                bridge.awaitReady();
                ProofRuns.pause(Duration.ofSeconds(2));
            }
            case LOST_BROKERS -> {
                var broker = site.brokers.get(turn % site.brokers.size());
                broker.kill();
                ProofRuns.pause(Duration.ofSeconds(4));
                broker.start();
                site.awaitBrokers();
            }
            case CUT_SOCKETS -> {
                cut(ProofSite.device(random.nextInt(DEVICES)));
                ProofRuns.pause(CUT_EVERY);
            }
        }
    }

    private void restartInTurn() throws IOException, InterruptedException {
        for (var part :
                Stream.concat(site.bridges.stream(), site.gateways.stream()).toList()) {
            part.end();
            part.start();
            part.awaitReady();
        }
    }

    private void cut(String device) {
        var appliance = site.appliances.get(device);
        if (appliance != null && appliance.connected()) {
            try {
                appliance.dropConnection();
            } catch (IllegalStateException e) {
                // It went between the question and the deed.
                assertTrue(String.valueOf(e.getMessage()).contains("no session"), e::toString);
            }
        }
    }

    private final ProofRuns runs;
    private final ProofSite site;

    CommandProofIT(@TempDir Path folder) throws IOException, InterruptedException {
        // One device more, which has no topic before its first call in the test that is about that.
        runs = new ProofRuns(folder, DEVICES + 1, SEED);
        site = runs.site;
    }

    @BeforeAll
    void seed() {
        System.out.println("seed " + SEED);
    }

    @AfterAll
    void close() throws IOException {
        runs.close();
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void everyCommandOnceAndInOrder(Scenario scenario) throws Exception {
        assumeTrue(ONLY.isEmpty() || ONLY.contains(scenario.name()), "proofs.scenarios names others");
        var turns = new AtomicInteger();
        var manner = new ProofCall.Manner(
                5, PAUSE, Duration.ofMinutes(4), n -> n < COMMANDS || turns.get() < scenario.least);
        var random = new Random(SEED + scenario.name().hashCode());
        var run = runs.run(scenario.name(), DEVICES, manner, () -> step(scenario, turns.getAndIncrement(), random));
        assertEquals(List.of(), run.refused());
        run.verify();
        if (scenario == Scenario.STOPPED_BRIDGES) {
            run.history().verify(new Guarantee.NothingFromTheReplaced());
        }
    }

    /** Bridges that halt, as kill -9 does it, between any two steps of a lane: each so many times. */
    @Test
    void aBridgeMayDieBetweenAnyTwoSteps() throws Exception {
        var hits = new TreeMap<String, Integer>();
        FaultyBridge.steps().forEach(step -> hits.put(step, 0));
        var next = new HashMap<ProofSite.Part, String>();
        var begun = new AtomicInteger();
        var random = new Random(SEED);
        try {
            // What a reboot's probe can't tell is told only after its deadline: in the long form there is time for it.
            var manner = new ProofCall.Manner(
                    LONG ? 5 : 0,
                    () -> enough(hits) ? PAUSE_AFTER_THEM : PAUSE_AMONG_CRASHES,
                    Duration.ofMinutes(4),
                    n -> goesOn(n, begun, hits));
            var run =
                    runs.run("FAULT_POINTS", DEVICES, CALLS_AMONG_CRASHES, manner, () -> haltNext(hits, next, random));
            System.out.println("halted at " + hits);
            assertTrue(enough(hits), hits::toString);
            assertEquals(List.of(), run.refused());
            run.verify();
        } finally {
            runs.bridgesBecome(IngestBridge.class, Map.of());
        }
    }

    /**
     * Just where it hurts, and another takes the device over meanwhile: Kafka has the intent, and the frame is not written yet; or the probe before a reboot is
     * about to be.
     */
    @ParameterizedTest
    @CsvSource({"INTENT_COMMITTED, 0", "PROBE_ASKED, 60"})
    void aBridgeThatIsStoppedBeforeItsFrameSendsNothingWhenItWakes(String step, int reboots) throws Exception {
        try {
            runs.bridgesBecome(FaultyBridge.class, Map.of(FaultyBridge.STOP_AT, step, FaultyBridge.AFTER, "3"));
            var woken = new AtomicInteger();
            var manner = new ProofCall.Manner(reboots, PAUSE, Duration.ofMinutes(4), n -> n < COMMANDS);
            var run = runs.run("STOPPED_AT_" + step, DEVICES, manner, () -> woken.addAndGet(runs.wakeStopped()));
            System.out.println("stopped at " + step + ": " + woken + " times");
            assertTrue(woken.get() > 0, "none was stopped");
            run.verify();
            run.history().verify(new Guarantee.NothingFromTheReplaced());
        } finally {
            runs.bridgesBecome(IngestBridge.class, Map.of());
        }
    }

    /** For good: nobody would raise it when the broker is back, and a 202 would rest on a single disk. */
    @Test
    void aSessionThatBeginsWhileABrokerIsAwayHasAllReplicasOfItsQueue() throws Exception {
        var away = site.brokers.getLast();
        away.kill();
        try {
            Await.until("the broker to be missed", Duration.ofMinutes(1), () -> site.livingBrokers() == 2);
            var manner = new ProofCall.Manner(0, PAUSE, Duration.ofMinutes(4), n -> n < 2);
            var run = runs.run(
                    "BEGUN_WITHOUT_A_BROKER", DEVICES + 1, manner, () -> ProofRuns.pause(Duration.ofMillis(100)));
            run.verify();
            assertEquals(3, site.replicas(ProofSite.device(DEVICES)));
        } finally {
            away.start();
            site.awaitBrokers();
        }
    }

    /** How far it is, since the long form takes an hour. */
    private static void tell(Map<String, Integer> hits) {
        int all = hits.values().stream().mapToInt(Integer::intValue).sum();
        if (all % 45 == 0) {
            System.out.println(all + " bridges have halted so far");
        }
    }

    /** The last calls last until there were crashes enough. */
    private static boolean goesOn(int sent, AtomicInteger begun, Map<String, Integer> hits) {
        int calls = sent == 0 ? begun.incrementAndGet() : begun.get();
        return sent < COMMANDS || (calls == DEVICES && !enough(hits) && sent < 100 * COMMANDS);
    }

    private static boolean enough(Map<String, Integer> hits) {
        synchronized (hits) {
            return hits.values().stream().allMatch(n -> n >= HITS);
        }
    }

    /** A bridge that has halted, or that is a usual one still, is started again to halt where it was seen least. */
    private void haltNext(Map<String, Integer> hits, Map<ProofSite.Part, String> next, Random random)
            throws IOException, InterruptedException {
        for (var bridge : site.bridges) {
            if (bridge.alive() && next.containsKey(bridge)) {
                continue;
            }
            var at = next.get(bridge);
            if (at == null) {
                bridge.kill();
            } else {
                assertEquals(FaultyBridge.HALTED, bridge.exitCode(), "a bridge ended by itself");
                synchronized (hits) {
                    hits.merge(at, 1, Integer::sum);
                    tell(hits);
                }
            }
            if (enough(hits)) {
                next.put(bridge, NOWHERE);
                bridge.becomes(IngestBridge.class, Map.of());
            } else {
                var least = least(hits, next);
                next.put(bridge, least);
                var after = Integer.toString(1 + random.nextInt(PASSAGES));
                var environment = new HashMap<>(SOON_MISSED);
                environment.put(FaultyBridge.HALT_AT, least);
                environment.put(FaultyBridge.AFTER, after);
                bridge.becomes(FaultyBridge.class, environment);
            }
            bridge.start();
        }
        ProofRuns.pause(Duration.ofMillis(50));
    }

    private static String least(Map<String, Integer> hits, Map<ProofSite.Part, String> next) {
        synchronized (hits) {
            return hits.entrySet().stream()
                    .min(Comparator.comparingLong(hit -> hit.getValue()
                            + next.values().stream()
                                    .filter(hit.getKey()::equals)
                                    .count()))
                    .orElseThrow()
                    .getKey();
        }
    }
}
