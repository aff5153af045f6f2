package io.probeline.quickstart;

import io.probeline.bridge.IngestBridge;
import io.probeline.testkit.CommandHistory;
import io.probeline.testkit.Guarantee;
import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Calls on a {@link ProofSite} while something goes wrong, and the history of what the device backend saw and HTTP answered meanwhile. */
final class ProofRuns implements Closeable {
    final ProofSite site;
    private final long seed;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    ProofRuns(Path folder, int devices, long seed) throws IOException, InterruptedException {
        this.site = new ProofSite(folder, devices);
        this.seed = seed;
    }

    /** What goes wrong while calls are made; again and again, until all are over. */
    interface Disturbance {
        void step() throws IOException, InterruptedException;
    }

    /** @param beside what must hold by what others than the two witnesses of the history tell */
    record Run(CommandHistory history, List<String> refused, List<Guarantee> beside) {
        /** Every promise. */
        void verify() {
            history.verify(Guarantee.all());
            history.verify(beside.toArray(Guarantee[]::new));
        }
    }

    Run run(String name, int devices, ProofCall.Manner manner, Disturbance disturbance) throws Exception {
        return run(name, devices, devices, manner, disturbance);
    }

    /** @param atOnce how many of the devices have a call at the same time; the next follow as calls end */
    Run run(String name, int devices, int atOnce, ProofCall.Manner manner, Disturbance disturbance) throws Exception {
        int before = site.backend.history().size();
        var seen = new ProofCall.Seen();
        long began = System.nanoTime();
        int steps = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = calls(name, devices, new Semaphore(atOnce, true), manner, seen, threads);
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
                List.copyOf(seen.refused()),
                List.of(new Guarantee.TopicOrder(site.topics()), new Guarantee.RanOnce(site.ran())));
    }

    private List<Future<?>> calls(
            String name,
            int devices,
            Semaphore lines,
            ProofCall.Manner manner,
            ProofCall.Seen seen,
            ExecutorService threads) {
        return IntStream.range(0, devices)
                .<Future<?>>mapToObj(i -> threads.submit(() -> {
                    lines.acquire();
                    try {
                        var call = new ProofCall(
                                http,
                                site.urls,
                                // A call may last longer than a token is good for.
                                () -> site.issuer.token(
                                        "agent", "diagnostics:initiate", "diagnostics:execute", "diagnostics:read"),
                                name + "-" + i,
                                ProofSite.device(i),
                                seed * 31 + i + name.hashCode(),
                                seen);
                        call.run("customer-" + i, manner);
                    } finally {
                        lines.release();
                    }
                    return null;
                }))
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
    static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    void bridgesBecome(Class<?> program, Map<String, String> environment) throws IOException, InterruptedException {
        for (var bridge : site.bridges) {
            bridge.kill();
            bridge.becomes(program, environment);
            bridge.start();
        }
        if (program == IngestBridge.class) {
            site.bridges.forEach(ProofSite.Part::awaitReady);
        }
    }

    /** After longer than the group waits for a member; @return how many. */
    int wakeStopped() throws IOException, InterruptedException {
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

    @Override
    public void close() throws IOException {
        http.shutdownNow();
        site.close();
    }
}
