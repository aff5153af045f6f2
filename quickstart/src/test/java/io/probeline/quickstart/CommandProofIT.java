package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.testkit.CommandHistory;
import io.probeline.testkit.Guarantee;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
    private static final int DEVICES = LONG ? 100 : 20;
    private static final int COMMANDS = LONG ? 101 : 12;
    private static final Duration PAUSE = Duration.ofMillis(LONG ? 900 : 250);

    /** What goes wrong meanwhile. */
    enum Scenario {
        /** Each bridge and each gateway in turn, as an orchestrator does it. */
        ROLLING_RESTARTS,
        KILLED_BRIDGES,
        /** For longer than the group waits for a member. */
        STOPPED_BRIDGES,
        LOST_BROKERS,
        CUT_SOCKETS
    }

    private void step(Scenario scenario, Random random) throws IOException, InterruptedException {
        switch (scenario) {
            case ROLLING_RESTARTS -> restartInTurn();
            case KILLED_BRIDGES -> {
                var bridge = site.bridges.get(random.nextInt(site.bridges.size()));
                bridge.kill();
                bridge.start();
                bridge.awaitReady();
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
                var broker = site.brokers.get(random.nextInt(site.brokers.size()));
                broker.kill();
                pause(Duration.ofSeconds(4));
                broker.start();
                pause(Duration.ofSeconds(10));
            }
            case CUT_SOCKETS -> {
                cut(ProofSite.device(random.nextInt(DEVICES)));
                pause(Duration.ofMillis(60));
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
        int before = site.backend.history().size();
        var seen = new ProofCall.Seen();
        long began = System.nanoTime();
        int steps;
        try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = calls(scenario, seen, calls);
            steps = disturb(scenario, running);
            for (var call : running) {
                outcome(call);
            }
        }
        var history = new CommandHistory(
                List.copyOf(seen.accepted()),
                List.copyOf(seen.settled()),
                List.copyOf(seen.notSent()),
                site.backend.history().subList(before, site.backend.history().size()),
                Set.of("reboot_module"));
        System.out.printf(
                "%s: %d commands on %d devices, %d disturbances, %s, refused %d, in %d s%n",
                scenario,
                seen.accepted().size(),
                DEVICES,
                steps,
                ProofCall.byOutcome(seen),
                seen.refused().size(),
                Duration.ofNanos(System.nanoTime() - began).toSeconds());
        assertEquals(List.of(), List.copyOf(seen.refused()));
        assertTrue(steps > 0, "nothing went wrong meanwhile");
        history.verify(Guarantee.all());
        if (scenario == Scenario.STOPPED_BRIDGES) {
            history.verify(new Guarantee.NothingFromTheReplaced());
        }
    }

    private List<Future<?>> calls(Scenario scenario, ProofCall.Seen seen, ExecutorService threads) {
        var token = site.issuer.token("agent", "diagnostics:initiate", "diagnostics:execute", "diagnostics:read");
        return IntStream.range(0, DEVICES)
                .<Future<?>>mapToObj(i -> threads.submit(() -> new ProofCall(
                                http,
                                site.urls,
                                token,
                                scenario + "-" + i,
                                ProofSite.device(i),
                                SEED * 31 + i + scenario.name().hashCode(),
                                seen)
                        .run("customer-" + i, COMMANDS, PAUSE)))
                .toList();
    }

    /** One step after the other, until every call is over. */
    private int disturb(Scenario scenario, List<Future<?>> calls) throws IOException, InterruptedException {
        var random = new Random(SEED + scenario.name().hashCode());
        int steps = 0;
        while (calls.stream().anyMatch(call -> !call.isDone())) {
            step(scenario, random);
            steps++;
        }
        return steps;
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
