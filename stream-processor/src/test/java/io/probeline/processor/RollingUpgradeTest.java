package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.testkit.Altered;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Instances are ended and replaced one after the other while frames come all the time: every window is there, and once. */
class RollingUpgradeTest {
    private static final int SESSIONS = Cluster.LONG ? 1_000 : 40;
    private static final int ROUNDS = Cluster.LONG ? 6 : 2;
    private static final long SEED = 11;
    private static final Path SOURCES = Path.of("src/main/java/io/probeline/processor");

    /** What the release before wrote: neither trends nor flaps. */
    private static final List<Altered.Change> WROTE = List.of(
            new Altered.Change("InteractionCodec", "byte VERSION = 3;", "byte VERSION = 2;"),
            new Altered.Change("AlertBytes", """
                            out.writeByte(code(alert.by()));
                            StateBytes.writeCount(alert.clearedAt(), out);
                            write(alert.flaps(), out);
                            write(alert.trends(), out);
                    """, ""));

    /** A release that is older still can't read what is written today. */
    private static final Altered.Change READ =
            new Altered.Change("InteractionCodec", "byte NEWEST = 3;", "byte NEWEST = 2;");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void instancesOfTheReleaseBeforeAreReplacedInTurn() throws IOException, InterruptedException {
        upgrade(Altered.compile("before", SOURCES, WROTE, folder), true);
    }

    /** Then one that gets a task back ends, saying why, and the others take it over: it costs time, and no window. */
    @Test
    @EnabledIfSystemProperty(named = "proofs", matches = "long", disabledReason = "the long form of the one above")
    void soAreInstancesOfAReleaseThatWasLeftOut() throws IOException, InterruptedException {
        var changes = Stream.concat(WROTE.stream(), Stream.of(READ)).toList();
        upgrade(Altered.compile("older", SOURCES, changes, folder), false);
    }

    private void upgrade(Path before, boolean reads) throws IOException, InterruptedException {
        try (var cluster = new Cluster(folder);
                var sequential = new Sequential(cluster);
                var load = new Load(cluster, SESSIONS, SEED)) {
            try {
                var old = List.of(
                        cluster.start(before).awaitReady(),
                        cluster.start(before).awaitReady());
                load.keepWriting();
                awaitMore(load, sequential);
                assertEquals(Set.of(2), versions(cluster));
                for (var one : old) {
                    cluster.start().awaitReady();
                    awaitMore(load, sequential);
                    int code = one.terminate();
                    assertTrue(code == 0 || !reads, "it has not ended by itself, and a signal is no failure: " + code);
                    awaitMore(load, sequential);
                }
                end(load, sequential);
                assertEquals(Set.of(3), versions(cluster));
                long windows = sequential.assertWindowsOfTheOracle("seed " + SEED);
                sequential
                        .alerts()
                        .forEach(
                                (session, alerts) -> assertEquals(List.of(), AlertLives.faults(alerts, true), session));
                System.out.println("upgraded: " + windows + " windows of " + load.seconds() + " s, seed " + SEED);
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "\n" + cluster.log(), e);
            }
        }
    }

    @Test
    void instancesAreRestartedInTurn() throws IOException, InterruptedException {
        try (var cluster = new Cluster(folder);
                var sequential = new Sequential(cluster);
                var load = new Load(cluster, SESSIONS, SEED)) {
            try {
                var first = cluster.start().awaitReady();
                var second = cluster.start().awaitReady();
                load.keepWriting();
                for (int round = 0; round < ROUNDS; round++) {
                    awaitMore(load, sequential);
                    assertEquals(0, first.terminate(), "a signal is no failure");
                    awaitMore(load, sequential);
                    first = second;
                    second = cluster.start().awaitReady();
                }
                end(load, sequential);
                sequential.assertAllFound(SESSIONS, "seed " + SEED);
                long windows = sequential.assertWindowsOfTheOracle("seed " + SEED);
                System.out.println("restarted " + ROUNDS + " times: " + windows + " windows of " + load.seconds()
                        + " s, seed " + SEED);
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "\n" + cluster.log(), e);
            }
        }
    }

    private static void awaitMore(Load load, Sequential sequential) {
        int written = load.seconds();
        int before = sequential.findings();
        Await.until(
                "more of the load and its findings",
                Cluster.LIMIT,
                () -> load.seconds() > written + 5 && sequential.findings() > before + 5 * SESSIONS / 2);
    }

    private static void end(Load load, Sequential sequential) {
        load.end();
        Await.until("all totals", Cluster.LIMIT, () -> sequential.totals() == SESSIONS, sequential::totals);
        assertTrue(load.seconds() > 20, "the test must have something to compare");
    }

    /** In which versions the state of the sessions is held. */
    private static Set<Integer> versions(Cluster cluster) {
        try (var changelog = cluster.reader(Cluster.CHANGELOG)) {
            return changelog.latest().values().stream()
                    .map(bytes -> (int) bytes[0])
                    .collect(Collectors.toSet());
        }
    }
}
