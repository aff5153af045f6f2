package io.probeline.bench;

import io.probeline.bridge.IngestBridge;
import io.probeline.gateway.CommandGateway;
import io.probeline.processor.StreamProcessor;
import io.probeline.testkit.Await;
import io.probeline.testkit.EmbeddedKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A broker with the collector of Kafka's own start script; a bridge, a processor and a gateway, each a process with the flags that {@code bin/probeline} gives it; and what is outside, in this process. */
final class CommandSite implements AutoCloseable {
    static final String GATEWAY = "command-gateway";
    static final String BRIDGE = "ingest-bridge";
    private static final String PROCESSOR = "stream-processor";
    private static final String BROKER = "broker";
    private static final Duration START = Duration.ofMinutes(2);

    /** As long as Prometheus waits for a page. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Path folder;
    private final Outside outside;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Part> processes = new LinkedHashMap<>();
    private final Map<String, Service> services = new HashMap<>();
    private final String gateway;
    private final String kafka;

    /** A process of the product, and where it tells how it is. */
    private record Service(Part process, String adminUrl) {}

    private CommandSite(Path folder, Outside outside) throws IOException {
        this.folder = folder;
        this.outside = outside;
        var broker = process(
                BROKER, EmbeddedKafka.class, Map.of(), folder.resolve("kafka").toString(), "0");
        this.kafka = broker.awaitLine("kafka ");
        int port = freePort();
        this.gateway = "http://127.0.0.1:" + port;
        service(PROCESSOR, StreamProcessor.class, Map.of());
        service(BRIDGE, IngestBridge.class, Map.of());
        service(GATEWAY, CommandGateway.class, Map.of("HTTP_PORT", Integer.toString(port)));
    }

    static CommandSite start(Path folder, Outside outside) throws IOException {
        var site = new CommandSite(folder, outside);
        try {
            site.services.keySet().forEach(site::awaitReady);
            return site;
        } catch (RuntimeException | Error e) {
            site.close();
            throw e;
        }
    }

    /** {@code host:port} of the broker. */
    String kafka() {
        return kafka;
    }

    /** Where the gateway's API is. */
    String gateway() {
        return gateway;
    }

    /** The processes by their name, in the order in which they were started. */
    Map<String, Part> processes() {
        return processes;
    }

    /** What a service counts, as its monitoring would read it now. */
    Counts counts(String service) {
        return Counts.of(page(service, "/metrics").orElseThrow(() -> ended(service)));
    }

    private Part process(String name, Class<?> main, Map<String, String> settings, String... args) {
        var jvm = new ArrayList<>(List.of("-Xmx" + heap(name), "-Xshare:auto", "-XX:+ExitOnOutOfMemoryError"));
        jvm.addAll(collector(name));
        if (name.equals(PROCESSOR)) {
            jvm.addAll(ProcessorPart.COMPILERS);
        }
        var part = Part.start(name, folder, jvm, main, settings, args);
        processes.put(name, part);
        return part;
    }

    /** As {@code bin/probeline} gives it, but for the broker, which ten thousand topics need more for. */
    private static String heap(String name) {
        return switch (name) {
            case BROKER -> "2g";
            case BRIDGE, GATEWAY -> "1g";
            default -> "512m";
        };
    }

    /** As {@code bin/probeline} gives it; the broker has what Kafka's own start script gives one, since ten thousand topics fill its heap. */
    private static List<String> collector(String name) {
        return switch (name) {
            case BROKER -> List.of("-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35");
            case GATEWAY -> List.of("-XX:+UseG1GC");
            default -> List.of("-XX:+UseSerialGC");
        };
    }

    private void service(String name, Class<?> main, Map<String, String> own) throws IOException {
        int port = freePort();
        var settings = new HashMap<>(outside.settings());
        settings.putAll(own);
        settings.put("KAFKA_BOOTSTRAP_SERVERS", kafka);
        settings.put("ADMIN_PORT", Integer.toString(port));
        services.put(name, new Service(process(name, main, settings), "http://127.0.0.1:" + port));
    }

    private void awaitReady(String name) {
        Await.until(
                name + " to be ready", START, () -> page(name, "/health/ready").isPresent(), () -> "see " + folder);
    }

    /** Empty while it does not answer, or not with 200. */
    private Optional<String> page(String name, String path) {
        var service = Objects.requireNonNull(services.get(name), name);
        if (!service.process().alive()) {
            throw ended(name);
        }
        var request = HttpRequest.newBuilder(URI.create(service.adminUrl() + path))
                .timeout(ANSWER)
                .build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private AssertionError ended(String service) {
        return new AssertionError(service + " has ended or does not answer, see " + folder);
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return probe.getLocalPort();
        }
    }

    /** The last that was started ends first, the broker last. */
    @Override
    public void close() {
        http.shutdownNow();
        List.copyOf(processes.values()).reversed().forEach(Part::close);
    }
}
