package io.probeline.bench;

import io.probeline.processor.StreamProcessor;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The stream processor as it ships, with one thread that works, as a process of its own. */
record ProcessorPart(Part part, AdminClient admin) implements AutoCloseable {
    /** What {@code bin/probeline stream-processor} tells the compilers. */
    static final List<String> COMPILERS = List.of(
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000");

    static final String GROUP = "probeline.stream-processor";
    static final String INTERACTIONS_CHANGELOG = GROUP + "-interactions-changelog";

    static ProcessorPart start(String name, Guarantee guarantee, List<String> jvm, Site site, Broker broker) {
        var admin = AdminClient.onFreePort();
        var part = Part.start(
                name,
                site.folder(),
                jvm,
                StreamProcessor.class,
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                        "SCHEMA_REGISTRY_URL", site.registryUrl(),
                        "ADMIN_PORT", Integer.toString(admin.port()),
                        "KAFKA_NUM_STREAM_THREADS", "1",
                        "KAFKA_PROCESSING_GUARANTEE", guarantee.setting()));
        return new ProcessorPart(part, admin);
    }

    /** All partitions are its own, and their state is there. */
    void awaitReady(Duration limit) {
        admin.awaitReady(part, limit);
    }

    /** The sum of all series of this metric that have this label. */
    double metric(String name, String label) {
        var scraped = admin.get("/metrics")
                .map(HttpResponse::body)
                .orElseThrow(() -> new AssertionError("the processor's metrics can't be read"));
        return scraped.lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Of which nothing is garbage. */
    double heapBytes() {
        part.collectGarbage();
        return metric("jvm_memory_used_bytes", "area=\"heap\"");
    }

    /** Gone at once, as a machine that fails. */
    void kill() {
        part.kill();
    }

    /** In order: what it holds is committed, and it leaves its group. */
    @Override
    public void close() {
        part.close();
    }
}
