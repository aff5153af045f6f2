package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where an instance stands by for the tasks of another, it goes on with them from what it holds, and does not read their changelogs from the beginning. */
class StandbyTest {
    private static final int SESSIONS = 40;
    private static final long SEED = 7;

    @Test
    void aStandbyTakesOverWithoutReadingTheChangelogBack(@TempDir Path folder) throws IOException {
        try (var cluster = new Cluster(folder);
                var sequential = new Sequential(cluster);
                var load = new Load(cluster, SESSIONS, SEED)) {
            try {
                var victim = cluster.start().awaitReady();
                var heir = cluster.start().awaitReady();
                Await.until("both to have tasks", Cluster.LIMIT, () -> tasks(victim) > 0 && tasks(heir) > 0);
                load.keepWriting();
                Await.until("a changelog that is long", Cluster.LIMIT, () -> load.seconds() >= 60);
                double before = restored(heir);
                victim.kill();
                int written = load.seconds();
                Await.until(
                        "the heir to have every task",
                        Cluster.LIMIT,
                        () -> tasks(heir) == 12 && load.seconds() > written + 20);
                load.end();
                Await.until("all totals", Cluster.LIMIT, () -> sequential.totals() == SESSIONS, sequential::totals);
                double readBack = restored(heir) - before;
                int changelog = cluster.records(Cluster.CHANGELOG);
                var figures = "read back " + readBack + " of " + changelog + " records, seed " + SEED;
                System.out.println(figures);
                // Without a standby it is about half of them: those of the tasks that came over.
                assertTrue(readBack < changelog / 20.0, figures);
                sequential.assertAllFound(SESSIONS, "seed " + SEED);
                sequential.assertWindowsOfTheOracle("seed " + SEED);
                assertEquals(true, heir.alive());
            } catch (AssertionError e) {
                throw new AssertionError(e.getMessage() + "\n" + cluster.log(), e);
            }
        }
    }

    private static double restored(Child instance) {
        return instance.count("probeline_store_restored_total", "interactions");
    }

    private static double tasks(Child instance) {
        return instance.count("kafka_consumer_coordinator_assigned_partitions", "job=\"windows\"");
    }
}
