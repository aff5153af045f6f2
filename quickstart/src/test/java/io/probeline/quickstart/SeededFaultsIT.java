package io.probeline.quickstart;

import static io.probeline.testkit.ScriptedAppliance.RebootResult.AFTER_RETURN;
import static io.probeline.testkit.ScriptedAppliance.RebootResult.NEVER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.probeline.bridge.FaultyBridge;
import io.probeline.testkit.Guarantee;
import io.probeline.testkit.ScriptedAppliance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proofs of commands can fail: bridges with a fault, in the trouble that brings it to light, are found out by the same checker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(ProofSite.NINE_PROCESSES)
class SeededFaultsIT {
    private static final long SEED = Long.getLong("seed", 20_261_124);
    private static final int DEVICES = 4;
    private static final int COMMANDS = 6;
    private static final Duration PAUSE = Duration.ofMillis(150);

    /** Longer than another bridge needs to take a device over: what has no outcome by then will never have one. */
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    /** Enough for three bridges that have just been started to have sent it, and to have sent it again; these reboots never end. */
    private static final Duration SOON = Duration.ofSeconds(15);

    /** What a reboot's probe can't tell is told only after its deadline. */
    private static final Duration ALL_OF_IT = Duration.ofMinutes(4);

    private static final Duration AT_ONCE = Duration.ofMillis(5);
    private static final Duration SLOWLY = Duration.ofMillis(400);

    private final Path folder;
    private final ProofRuns runs;

    SeededFaultsIT(@TempDir Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        runs = new ProofRuns(folder, DEVICES, SEED);
    }

    @BeforeAll
    void seed() {
        System.out.println("seed " + SEED);
    }

    @AfterAll
    void close() throws IOException {
        runs.close();
    }

    /**
     * What happens meanwhile.
     *
     * @param environment of each bridge at its first start; one that halts is started again without
     * @param reboots how many of a hundred commands may run once only
     * @param result whether a device tells the result of a reboot when it is back
     */
    private record Trouble(
            Map<String, String> environment,
            int reboots,
            ScriptedAppliance.RebootResult result,
            Duration answersAfter) {
        static Trouble of(SeededFault fault) {
            return switch (fault) {
                case INTENT_AFTER_SEND ->
                    new Trouble(Map.of(FaultyBridge.HALT_AT, "ACKNOWLEDGED"), 100, AFTER_RETURN, AT_ONCE);
                case NO_FENCE ->
                    new Trouble(Map.of(FaultyBridge.STOP_AT, "INTENT_COMMITTED"), 0, AFTER_RETURN, AT_ONCE);
                case PROBE_WITHOUT_FENCE ->
                    new Trouble(Map.of(FaultyBridge.STOP_AT, "PROBE_ASKED"), 100, AFTER_RETURN, AT_ONCE);
                // The reboot itself takes the connection away; a result would end the command before it goes out again.
                case ONCE_SENT_AGAIN -> new Trouble(Map.of(), 100, NEVER, AT_ONCE);
                case TWO_IN_FLIGHT -> new Trouble(Map.of(), 0, AFTER_RETURN, SLOWLY);
                case PLACE_BEFORE_OUTCOME ->
                    new Trouble(Map.of(FaultyBridge.HALT_AT, "PLACE_COMMITTED"), 0, AFTER_RETURN, AT_ONCE);
            };
        }
    }

    @ParameterizedTest
    @EnumSource(SeededFault.class)
    void isFoundOut(SeededFault fault) throws Exception {
        var classes = fault.compile(folder);
        runs.site.bridges.forEach(bridge -> bridge.becomes(classes));
        var run = run(fault.name(), Trouble.of(fault), fault == SeededFault.ONCE_SENT_AGAIN ? SOON : PATIENCE);
        var violations = fault.judge.violations(run.history());
        violations.forEach(violation -> System.out.println(fault + ": " + violation));
        assertNotEquals(List.of(), violations);
    }

    /** The same trouble without a fault: it is not the trouble that the checker finds. */
    @Test
    void aWholeBridgeIsNot() throws Exception {
        runs.site.bridges.forEach(ProofSite.Part::becomesWhole);
        var run = run(
                "WHOLE",
                new Trouble(Map.of(FaultyBridge.HALT_AT, "ACKNOWLEDGED"), 50, AFTER_RETURN, SLOWLY),
                ALL_OF_IT);
        assertEquals(List.of(), run.refused());
        run.verify();
        run.history().verify(new Guarantee.NothingFromTheReplaced());
    }

    private ProofRuns.Run run(String name, Trouble trouble, Duration patience) throws Exception {
        runs.site.appliances.values().forEach(appliance -> {
            appliance.answersAfter(trouble.answersAfter());
            appliance.reboots(Duration.ofMillis(1), trouble.result());
        });
        runs.bridgesBecome(FaultyBridge.class, trouble.environment());
        runs.site.bridges.forEach(bridge -> bridge.becomes(FaultyBridge.class, Map.of()));
        var manner = new ProofCall.Manner(trouble.reboots(), PAUSE, patience, n -> n < COMMANDS);
        return runs.run(name, DEVICES, manner, () -> {
            runs.site.restartEnded(runs.site.bridges);
            runs.wakeStopped();
        });
    }
}
