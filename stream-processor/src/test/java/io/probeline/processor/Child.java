package io.probeline.processor;

import io.probeline.testkit.Await;
import io.probeline.testkit.EmbeddedKafka;
import io.probeline.testkit.RegistryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The service as a process of its own, which a test can kill as a machine's loss would. */
final class Child implements AutoCloseable {
    private final Process process;
    private final int admin;

    private Child(Process process, int admin) {
        this.process = process;
        this.admin = admin;
    }

    /** @param classes of another version, before those of the product */
    static Child start(EmbeddedKafka kafka, RegistryServer registry, Optional<Path> classes, Path log)
            throws IOException {
        var product = System.getProperty("java.class.path");
        int admin = freePort();
        var builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classes.map(before -> before + System.getProperty("path.separator") + product)
                        .orElse(product),
                StreamProcessor.class.getName()));
        builder.environment()
                .putAll(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
                        "SCHEMA_REGISTRY_URL", registry.url(),
                        "ADMIN_PORT", Integer.toString(admin),
                        "TRANSCRIPT_POLICY", "every-window",
                        "KAFKA_NUM_STANDBY_REPLICAS", "1",
                        // A dead instance is missed soon, or the test would mostly wait.
                        "KAFKA_SESSION_TIMEOUT_MS", "2000",
                        "KAFKA_HEARTBEAT_INTERVAL_MS", "500",
                        "KAFKA_TRANSACTION_TIMEOUT_MS", "2000"));
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new Child(builder.start(), admin);
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /** Returns when it has its share of the tasks, with their state. */
    Child awaitReady() {
        Await.until(
                "an instance to be ready",
                Cluster.LIMIT,
                () -> !ask("/health/ready").isEmpty());
        return this;
    }

    /** The sum of a counter over all its tags but these; 0 before it was counted first. */
    double count(String metric, String tag) {
        return ask("/metrics")
                .lines()
                .filter(line -> line.startsWith(metric + "{") && line.contains(tag))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Empty where the answer is not that all is well. */
    private String ask(String path) {
        try (var answer = URI.create("http://127.0.0.1:" + admin + path).toURL().openStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    boolean alive() {
        return process.isAlive();
    }

    /** SIGKILL: nothing is closed, flushed or committed. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** SIGTERM; the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    @Override
    public void close() {
        kill();
    }
}
