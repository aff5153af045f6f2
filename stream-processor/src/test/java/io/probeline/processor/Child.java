package io.probeline.processor;

import io.probeline.testkit.EmbeddedKafka;
import io.probeline.testkit.RegistryServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The service as a process of its own, which a test can kill as a machine's loss would. */
final class Child implements AutoCloseable {
    private final Process process;

    private Child(Process process) {
        this.process = process;
    }

    static Child start(EmbeddedKafka kafka, RegistryServer registry, Path log) throws IOException {
        var builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                StreamProcessor.class.getName()));
        builder.environment()
                .putAll(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
                        "SCHEMA_REGISTRY_URL", registry.url(),
                        "ADMIN_PORT", "0",
                        "TRANSCRIPT_POLICY", "every-window",
                        "KAFKA_NUM_STANDBY_REPLICAS", "1",
                        // A dead instance is missed soon, or the test would mostly wait.
                        "KAFKA_SESSION_TIMEOUT_MS", "2000",
                        "KAFKA_HEARTBEAT_INTERVAL_MS", "500",
                        "KAFKA_TRANSACTION_TIMEOUT_MS", "2000"));
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new Child(builder.start());
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
