package io.probeline.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a contender's process is started with. */
record ClassPath(String entries) {
    private static final String CLIENT = "kafka-clients-";

    static ClassPath ours() {
        return new ClassPath(System.getProperty("java.class.path"));
    }

    /** Ours with the Kafka client that Flink's connector was made for, which the build puts into a folder beside ours. */
    static ClassPath flink() {
        return new ClassPath(Arrays.stream(ours().entries().split(File.pathSeparator, -1))
                .map(entry -> name(entry).startsWith(CLIENT) ? older(Path.of(entry)) : entry)
                .collect(Collectors.joining(File.pathSeparator)));
    }

    private static String older(Path client) {
        try (var jars = Files.list(client.resolveSibling("flink"))) {
            return jars.map(Path::toString)
                    .filter(jar -> name(jar).startsWith(CLIENT))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no client for Flink beside " + client));
        } catch (IOException e) {
            throw new UncheckedIOException("build the module bench first: it puts Flink's client beside " + client, e);
        }
    }

    private static String name(String entry) {
        return new File(entry).getName();
    }
}
