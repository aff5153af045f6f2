package io.probeline.bridge;

import io.probeline.runtime.Main;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The bridge with a crash or a stop between two steps of a lane; by the environment of its process. A crash is as kill -9 at just
 * that point: nothing is closed, flushed or said.
 */
public final class FaultyBridge implements LaneWatch {
    /** The {@link LaneStep} at which it halts, or stops itself. */
    public static final String HALT_AT = "PROOF_HALT_AT";

    public static final String STOP_AT = "PROOF_STOP_AT";

    /** At the how-manieth time. */
    public static final String AFTER = "PROOF_AFTER";

    /** Its exit code then. */
    public static final int HALTED = 137;

    private final Optional<LaneStep> haltAt;
    private final Optional<LaneStep> stopAt;
    private final int after;
    private static final Duration A_LOOK = Duration.ofMillis(1);

    /** Whoever wakes it waits for longer. */
    private static final Duration A_STOP = Duration.ofSeconds(2);

    private final AtomicInteger passages = new AtomicInteger();

    private FaultyBridge(Map<String, String> environment) {
        haltAt = Optional.ofNullable(environment.get(HALT_AT)).map(LaneStep::valueOf);
        stopAt = Optional.ofNullable(environment.get(STOP_AT)).map(LaneStep::valueOf);
        after = Integer.parseInt(environment.getOrDefault(AFTER, "1"));
    }

    @Override
    public void passed(LaneStep step) {
        boolean halts = haltAt.filter(step::equals).isPresent();
        boolean stops = stopAt.filter(step::equals).isPresent();
        if ((halts || stops) && passages.incrementAndGet() == after) {
            if (halts) {
                Runtime.getRuntime().halt(HALTED);
            }
            stop();
        }
    }

    /** SIGSTOP; this thread goes on where it is when somebody says so. On a busy machine the signal comes to a thread that has to wait for its turn, and so later than its sender ends. */
    private static void stop() {
        long looked = System.nanoTime();
        try {
            new ProcessBuilder(
                            "kill",
                            "-STOP",
                            Long.toString(ProcessHandle.current().pid()))
                    .start()
                    .waitFor();
            for (long now = System.nanoTime(); now - looked < A_STOP.toNanos(); now = System.nanoTime()) {
                looked = now;
                LockSupport.parkNanos(A_LOOK.toNanos());
            }
        } catch (IOException e) {
            throw new IllegalStateException("could not stop", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The names of the steps that every command takes, for those who can't see the type. */
    public static List<String> steps() {
        return EnumSet.complementOf(EnumSet.of(LaneStep.PROBE_ASKED)).stream()
                .map(LaneStep::name)
                .toList();
    }

    public static void main(String[] args) {
        var watch = new FaultyBridge(System.getenv());
        Main.run("ingest-bridge", BridgeConfig::from, (config, world) -> IngestBridge.start(config, world, watch));
    }
}
