package io.probeline.bench;

import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import io.probeline.testkit.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * The ground of a measurement, in a temporary folder: a schema registry, and telemetry as the log of a broker that is at rest. Each contender gets a
 * broker of its own on a copy of that log, so that none finds what another one left: its groups, its transactions, its topics.
 */
final class Site implements AutoCloseable {
    private final Path folder;
    private final RegistryServer server;
    private final RemoteRegistry registry;
    private boolean done;

    private Site(Path folder, RegistryServer server) {
        this.folder = folder;
        this.server = server;
        this.registry = RemoteRegistry.at(server.url());
    }

    static Site open() throws IOException {
        var folder = Files.createTempDirectory("probeline-bench-");
        return new Site(folder, RegistryServer.start(0, folder.resolve("registry")));
    }

    /** Where the processes of the measurement write what they have to say. */
    Path folder() {
        return folder;
    }

    String registryUrl() {
        return server.url();
    }

    SchemaRegistry registry() {
        return registry.registry();
    }

    /** Every topic of the contract, and the load in telemetry. */
    void fill(TelemetryLoad load) {
        try (var broker = Broker.start("fill", folder, log())) {
            new TopicSetup(broker.admin()).ensure(Topics.standing());
            // Once each partition says where it ends, it has its leader.
            var _ = broker.ends(Topics.TELEMETRY.name());
            new TelemetryFill(registry()).write(load, broker.kafka());
        }
    }

    /** On the filled log itself, to look at it. */
    Broker original() {
        return Broker.start("original", folder, log());
    }

    /** On a copy of the filled log. */
    Broker copy(String name) throws IOException {
        var copy = folder.resolve(name + "-kafka");
        try (var files = Files.walk(log())) {
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(log().relativize(file)));
            }
        }
        return Broker.start(name + "-kafka", folder, copy);
    }

    /** What a contender's broker held is not needed any more. */
    void discard(String name) throws IOException {
        delete(folder.resolve(name + "-kafka"));
    }

    /** All went well: the folder is not needed to see why it did not. */
    void done() {
        done = true;
    }

    @Override
    public void close() throws IOException {
        registry.close();
        server.close();
        if (done) {
            delete(folder);
        } else {
            System.err.println("what the processes said is in " + folder);
        }
    }

    private Path log() {
        return folder.resolve("kafka");
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
