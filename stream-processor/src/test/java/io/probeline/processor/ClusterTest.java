package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.schemas.MetricRules;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real broker, and instances that are killed: what the topic holds is what a sequential reader of the topic finds, exactly once. */
class ClusterTest {
    /** The long form: a thousand sessions, and twelve kills. */
    private static final int SESSIONS = Cluster.LONG ? 1_000 : 40;

    private static final int ROUNDS = Cluster.LONG ? 12 : 3;
    private static final int SECONDS_OF_A_ROUND = Cluster.LONG ? 5 : 10;
    private static final long SEED = 99;

    @Test
    void killedInstancesLoseNothingAndRepeatNothing(@TempDir Path folder) throws IOException, InterruptedException {
        try (var cluster = new Cluster(folder);
                var sequential = new Sequential(cluster);
                var load = new Load(cluster, SESSIONS, SEED)) {
            var running = new ArrayDeque<>(List.of(cluster.start(), cluster.start()));
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    int before = sequential.findings();
                    load.write(SECONDS_OF_A_ROUND);
                    Await.until("findings of round " + round, Cluster.LIMIT, () -> sequential.findings() > before + 10);
                    running.removeFirst().kill();
                    running.add(cluster.start());
                }
                assertStateIsInTheChangelog(cluster, load, sequential);
                load.endSessions();
                Await.until(
                        "all totals, seed " + SEED,
                        Cluster.LIMIT,
                        () -> sequential.totals() == SESSIONS,
                        sequential::totals);
                assertEquals(0, running.removeFirst().terminate(), "a signal is no failure");
                sequential.assertAllFound(SESSIONS, "seed " + SEED);
                long windows = sequential.assertWindowsOfTheOracle("seed " + SEED);
                System.out.println("killed " + ROUNDS + " times: " + SESSIONS + " sessions, " + sequential.records()
                        + " records, " + windows + " windows as the oracle finds them");
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "\n" + cluster.log(), e);
            }
        }
    }

    /** As bytes: what another instance would go on from is what a reader of the topic has in its hands. */
    private static void assertStateIsInTheChangelog(Cluster cluster, Load load, Sequential sequential) {
        try (var changelog = cluster.reader(Cluster.CHANGELOG)) {
            var codec = new InteractionCodec(MetricRules::shipped);
            // Ticks come all the while, so each session is caught at a moment of its own.
            var left = load.sessions().stream().map(Frames::sessionId).collect(Collectors.toCollection(HashSet::new));
            Await.until("the changelog to hold the state of every session", Cluster.LIMIT, () -> {
                var expected = sequential.read();
                var held = changelog.latest();
                left.removeIf(session -> expected.containsKey(session)
                        && Arrays.equals(
                                codec.encode(Objects.requireNonNull(expected.get(session))
                                        .interaction()),
                                held.get(session)));
                return left.isEmpty();
            });
            assertTrue(changelog.read().size() < sequential.records() / 2, "it is written seldom");
        }
    }
}
