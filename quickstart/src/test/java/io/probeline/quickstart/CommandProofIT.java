package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.bridge.FaultyBridge;
import io.probeline.bridge.IngestBridge;
import io.probeline.testkit.CommandHistory;
import io.probeline.testkit.Guarantee;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is promised of commands, with every part a process, while parts are restarted, killed, stopped and cut off. It is judged by what the device backend saw and
 * what HTTP answered, and by nothing else. The long form, by {@code -Dproofs=long}: ten thousand commands on a hundred devices in each scenario.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandProofIT {
    private static final boolean LONG = "long".equals(System.getProperty("proofs"));
    private static final long SEED = Long.getLong("seed", 20_261_124);
    private static final int DEVICES = LONG ? 100 : 10;
    private static final int COMMANDS = LONG ? 101 : 8;

    private static final String NOWHERE = "";

    /** At each step of a lane. */
    private static final int HITS = LONG ? 100 : 1;

    private static final Duration PAUSE = Duration.ofMillis(LONG ? 900 : 150);

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
                pause(Duration.ofSeconds(2));
            }
            case STOPPED_BRIDGES -> {
                var bridge = site.bridges.get(random.nextInt(site.bridges.size()));
                bridge.stop();
                pause(Duration.ofSeconds(6));
                bridge.goOn();
                bridge.awaitReady();
                pause(Duration.ofSeconds(2));
            }
            case LOST_BROKERS -> {
                var broker = site.brokers.get(turn % site.brokers.size());
                broker.kill();
                pause(Duration.ofSeconds(4));
                broker.start();
                site.awaitBrokers();
            }
            case CUT_SOCKETS -> {
                cut(ProofSite.device(random.nextInt(DEVICES)));
                pause(CUT_EVERY);
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

    private final ProofSite site;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    CommandProofIT(@TempDir Path folder) throws IOException {
        site = new ProofSite(folder, DEVICES);
    }

    @BeforeAll
    void seed() {
        System.out.println("seed " + SEED);
    }

    @AfterAll
    void close() throws IOException {
        http.shutdownNow();
        site.close();
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void everyCommandOnceAndInOrder(Scenario scenario) throws Exception {
        var turns = new AtomicInteger();
        var manner = new ProofCall.Manner(
                5, PAUSE, Duration.ofMinutes(4), n -> n < COMMANDS || turns.get() < scenario.least);
        var random = new Random(SEED + scenario.name().hashCode());
        var run = run(scenario.name(), DEVICES, manner, () -> step(scenario, turns.getAndIncrement(), random));
        assertEquals(List.of(), run.refused());
        run.history().verify(Guarantee.all());
        if (scenario == Scenario.STOPPED_BRIDGES) {
            run.history().verify(new Guarantee.NothingFromTheReplaced());
        }
    }

    /** Bridges that halt, as kill -9 does it, between any two steps of a lane: each so many times. */
    @Test
    void aBridgeMayDieBetweenAnyTwoSteps() throws Exception {
        var hits = new TreeMap<String, Integer>();
        Stream.of(FaultyBridge.steps()).forEach(step -> hits.put(step, 0));
        var next = new HashMap<ProofSite.Part, String>();
        var random = new Random(SEED);
        try {
            // What a reboot's probe can't tell is told only after its deadline: in the long form there is time for it.
            var manner = new ProofCall.Manner(
                    LONG ? 5 : 0,
                    PAUSE,
                    Duration.ofMinutes(4),
                    n -> n < COMMANDS || (!enough(hits) && n < 100 * COMMANDS));
            var run = run("FAULT_POINTS", DEVICES, manner, () -> haltNext(hits, next, random));
            System.out.println("halted at " + hits);
            assertTrue(enough(hits), hits::toString);
            assertEquals(List.of(), run.refused());
            run.history().verify(Guarantee.all());
        } finally {
            bridgesBecome(IngestBridge.class, Map.of());
        }
    }

    /** Just where it hurts: Kafka has the intent, the frame is not written yet, and another takes the device over meanwhile. */
    @Test
    void aBridgeThatIsStoppedBetweenIntentAndFrameSendsNothingWhenItWakes() throws Exception {
        try {
            bridgesBecome(
                    FaultyBridge.class, Map.of(FaultyBridge.STOP_AT, "INTENT_COMMITTED", FaultyBridge.AFTER, "3"));
            var woken = new AtomicInteger();
            var manner = new ProofCall.Manner(0, PAUSE, Duration.ofMinutes(4), n -> n < COMMANDS);
            var run = run("STOPPED_WITH_INTENT", DEVICES, manner, () -> woken.addAndGet(wakeStopped()));
            System.out.println("stopped between intent and frame: " + woken + " times");
            assertTrue(woken.get() > 0, "none was stopped");
            run.history().verify(Guarantee.all());
            run.history().verify(new Guarantee.NothingFromTheReplaced());
        } finally {
            bridgesBecome(IngestBridge.class, Map.of());
        }
    }

    /** After longer than the group waits for a member; @return how many. */
    private int wakeStopped() throws IOException, InterruptedException {
        int woken = 0;
        for (var bridge : site.bridges) {
            if (bridge.stopped()) {
                pause(Duration.ofSeconds(6));
                bridge.goOn();
                woken++;
            }
        }
        pause(Duration.ofMillis(50));
        return woken;
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
                }
            }
            if (enough(hits)) {
                next.put(bridge, NOWHERE);
                bridge.becomes(IngestBridge.class, Map.of());
            } else {
                var least = least(hits, next);
                next.put(bridge, least);
                var after = Integer.toString(1 + random.nextInt(8));
                bridge.becomes(FaultyBridge.class, Map.of(FaultyBridge.HALT_AT, least, FaultyBridge.AFTER, after));
            }
            bridge.start();
        }
        pause(Duration.ofMillis(50));
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

    private void bridgesBecome(Class<?> program, Map<String, String> environment)
            throws IOException, InterruptedException {
        for (var bridge : site.bridges) {
            bridge.kill();
            bridge.becomes(program, environment);
            bridge.start();
        }
        if (program == IngestBridge.class) {
            site.bridges.forEach(ProofSite.Part::awaitReady);
        }
    }

    /** What goes wrong while calls are made; again and again, until all are over. */
    private interface Disturbance {
        void step() throws IOException, InterruptedException;
    }

    private record Run(CommandHistory history, List<String> refused) {}

    private Run run(String name, int devices, ProofCall.Manner manner, Disturbance disturbance) throws Exception {
        int before = site.backend.history().size();
        var seen = new ProofCall.Seen();
        long began = System.nanoTime();
        int steps = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = calls(name, devices, manner, seen, threads);
            while (calls.stream().anyMatch(call -> !call.isDone())) {
                disturbance.step();
                site.restartEnded(site.processors);
                site.restartEnded(site.gateways);
                steps++;
            }
            for (var call : calls) {
                outcome(call);
            }
        }
        System.out.printf(
                "%s: %d commands on %d devices, %d disturbances, %s, refused %d, in %d s%n",
                name,
                seen.accepted().size(),
                devices,
                steps,
                ProofCall.byOutcome(seen),
                seen.refused().size(),
                Duration.ofNanos(System.nanoTime() - began).toSeconds());
        var all = site.backend.history();
        return new Run(
                new CommandHistory(
                        List.copyOf(seen.accepted()),
                        List.copyOf(seen.settled()),
                        List.copyOf(seen.notSent()),
                        all.subList(before, all.size()),
                        Set.of("reboot_module")),
                List.copyOf(seen.refused()));
    }

    private List<Future<?>> calls(
            String name, int devices, ProofCall.Manner manner, ProofCall.Seen seen, ExecutorService threads) {
        var token = site.issuer.token("agent", "diagnostics:initiate", "diagnostics:execute", "diagnostics:read");
        return IntStream.range(0, devices)
                .<Future<?>>mapToObj(i -> threads.submit(() -> new ProofCall(
                                http,
                                site.urls,
                                token,
                                name + "-" + i,
                                ProofSite.device(i),
                                SEED * 31 + i + name.hashCode(),
                                seen)
                        .run("customer-" + i, manner)))
                .toList();
    }

    private static void outcome(Future<?> call) throws InterruptedException {
        try {
            call.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a call failed: " + e.getCause(), e.getCause());
        }
    }

    /** How long a disturbance lasts. */
    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
