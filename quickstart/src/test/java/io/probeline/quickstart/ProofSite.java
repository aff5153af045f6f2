package io.probeline.quickstart;

import io.probeline.bridge.IngestBridge;
import io.probeline.gateway.CommandGateway;
import io.probeline.processor.StreamProcessor;
import io.probeline.record.Command;
import io.probeline.runtime.Http;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import io.probeline.testkit.DeviceBackend;
import io.probeline.testkit.DeviceCommand;
import io.probeline.testkit.GenesysServer;
import io.probeline.testkit.KafkaNode;
import io.probeline.testkit.OidcServer;
import io.probeline.testkit.OwnershipServer;
import io.probeline.testkit.RegistryServer;
import io.probeline.testkit.ScriptedAppliance;
import io.probeline.testkit.VaultServer;
import io.probeline.testkit.WireHistory;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Uuid;

/** Everything as processes that can be killed, stopped and started again: three brokers, three bridges, two gateways, a processor; and the outside on loopback. */
final class ProofSite implements Closeable {
    /** One site at a time, and nothing beside it: the rest of them would mostly see how long processes wait for a core. */
    static final String NINE_PROCESSES = "nine processes";

    /** Ten cold processes under load share two cores: a gateway has taken 79 s to start among them. */
    private static final Duration START = Duration.ofMinutes(3);

    /** For brokers to be in sync, and for the registry's answer. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** A broker that was killed reads its logs and fetches what it missed, beside a load that leaves it little of the machine. */
    private static final Duration RECOVERY = Duration.ofMinutes(5);

    private static final int LAST_WORDS = 15;

    /** What is killed again and again is not worth the second compiler; nor is anything else that lasts a few minutes. */
    private static final boolean LIVES_LONG = "long".equals(System.getProperty("proofs"));

    /** Commands are the matter here. */
    private static final Duration FRAMES_EVERY = Duration.ofSeconds(5);

    private static final int BROKERS = 3;
    private static final int BRIDGES = 3;
    private static final int GATEWAYS = 2;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS_OF_A_JVM = 100;
    private static final int JVMS = 120;
    private static final int FIRST_PORT_OF_THE_SYSTEM = 32_768;

    /** One that is still free may be promised to another site's process that is about to start: of this JVM, or of another build's on this machine. */
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(
            FIRST_PORT + PORTS_OF_A_JVM * (int) (ProcessHandle.current().pid() % JVMS));

    private static final List<String> CLASS_PATH_ENTRIES = List.of(
            Objects.requireNonNull(System.getProperty("java.class.path")).split(File.pathSeparator, -1));

    /** An archive of loaded classes knows no folders: it is made without them, and used where they come last. */
    private static final String JARS = classPath(entry -> entry.endsWith(".jar"));

    private static final String CLASS_PATH = JARS + File.pathSeparator + classPath(entry -> !entry.endsWith(".jar"));

    /** One process of the product or of Kafka, which stays the same one to the test however often it is started again. */
    final class Part {
        private final String name;
        private String main;
        private String classPath = CLASS_PATH;
        private final Map<String, String> own;
        private final Map<String, String> more = new HashMap<>();
        private final List<String> arguments;
        private final String ready;
        private Process process;

        private Part(String name, String main, Map<String, String> own, List<String> arguments, String ready)
                throws IOException {
            this.name = name;
            this.main = main;
            this.own = own;
            this.arguments = arguments;
            this.ready = ready;
            this.process = launch();
        }

        private Process launch(String... options) throws IOException {
            var command = new ArrayList<String>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx384m",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow"));
            if (!LIVES_LONG || name.startsWith("bridge")) {
                command.add("-XX:TieredStopAtLevel=1");
            }
            command.addAll(List.of(options));
            if (classPath.equals(CLASS_PATH) && Files.exists(archive())) {
                command.add("-XX:SharedArchiveFile=" + archive());
            }
            command.addAll(List.of("-cp", classPath, main));
            command.addAll(arguments);
            var builder = new ProcessBuilder(command);
            builder.environment().keySet().removeIf(key -> key.startsWith("KAFKA_") || key.endsWith("_PORT"));
            builder.environment().putAll(environment);
            builder.environment().putAll(own);
            builder.environment().putAll(more);
            return builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve(name + ".log").toFile()))
                    .start();
        }

        String name() {
            return name;
        }

        /** The loaded classes of all services of its kind. */
        private Path archive() {
            return folder.resolve(name.replaceFirst("-\\d+$", "") + ".jsa");
        }

        /** Starts again once for an archive of its classes, with which each start after that takes half as long. */
        private void archiveClasses() throws IOException, InterruptedException {
            end();
            classPath = JARS;
            process = launch("-XX:ArchiveClassesAtExit=" + archive());
            awaitReady();
            end();
            classPath = CLASS_PATH;
            start();
        }

        /** kill -9. */
        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        /** SIGTERM, as an orchestrator does it. */
        void end() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError(name + " is still there 20 s after SIGTERM");
            }
        }

        void start() throws IOException {
            process = launch();
        }

        /** From the next start on it is this program, with this in its environment too. */
        void becomes(Class<?> program, Map<String, String> environmentToo) {
            main = program.getName();
            more.clear();
            more.putAll(environmentToo);
        }

        /** From the next start on these classes stand before those of the same name. */
        void becomes(Path classes) {
            classPath = classes + File.pathSeparator + CLASS_PATH;
        }

        /** From the next start on it is the product again. */
        void becomesWhole() {
            classPath = CLASS_PATH;
        }

        /** Of one that has ended. */
        int exitCode() {
            return process.exitValue();
        }

        void stop() throws IOException, InterruptedException {
            signal("STOP");
        }

        void goOn() throws IOException, InterruptedException {
            signal("CONT");
        }

        /** Whether it has been stopped by a signal. */
        boolean stopped() throws IOException {
            var state = Path.of("/proc/" + process.pid() + "/stat");
            return process.isAlive()
                    && Files.readString(state).replaceFirst("^.*\\) ", "").startsWith("T");
        }

        boolean alive() {
            return process.isAlive();
        }

        void awaitReady() {
            Await.until(name + " to be ready", START, () -> !ready.isEmpty() && ready(ready), this::said);
        }

        /** What it has said last: its folder goes with the test. */
        private String said() {
            try {
                var lines = Files.readAllLines(folder.resolve(name + ".log"));
                return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
            } catch (IOException e) {
                return "nothing that could be read: " + e;
            }
        }

        private void signal(String signal) throws IOException, InterruptedException {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new AssertionError("kill -" + signal + " failed with " + exit);
            }
        }
    }

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final Deque<AutoCloseable> outside = new ArrayDeque<>();
    final List<Part> processors = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    final List<Part> brokers = new ArrayList<>();
    final List<Part> bridges = new ArrayList<>();
    final List<Part> gateways = new ArrayList<>();
    final List<String> urls = new ArrayList<>();
    final Map<String, ScriptedAppliance> appliances = new HashMap<>();
    private final Admin admin;
    final DeviceBackend backend;
    final OidcServer issuer;

    ProofSite(Path folder, int devices) throws IOException, InterruptedException {
        this.folder = folder;
        backend = add(DeviceBackend.start(
                DeviceBackend.Settings.onPort(0).telemetry(FRAMES_EVERY).recordingTo(WireHistory.withoutHeartbeats())));
        issuer = add(OidcServer.start(0));
        kafka();
        admin = add(Admin.create(
                Map.of("bootstrap.servers", Objects.requireNonNull(environment.get("KAFKA_BOOTSTRAP_SERVERS")))));
        outside(devices);
        processors.add(service("stream-processor", StreamProcessor.class.getName(), Map.of()));
        for (int i = 0; i < BRIDGES; i++) {
            bridges.add(service("bridge-" + i, IngestBridge.class.getName(), Map.of("HEARTBEAT_INTERVAL", "2s")));
        }
        for (int i = 0; i < GATEWAYS; i++) {
            int port = freePort();
            urls.add("http://127.0.0.1:" + port);
            // Its own time for a transaction, though the others have less: it is to outlast a broker's fail-over.
            gateways.add(service(
                    "gateway-" + i,
                    CommandGateway.class.getName(),
                    Map.of("HTTP_PORT", Integer.toString(port), "KAFKA_TRANSACTION_TIMEOUT_MS", "5000")));
        }
        try {
            processors.forEach(Part::awaitReady);
            bridges.forEach(Part::awaitReady);
            gateways.forEach(Part::awaitReady);
            bridges.getFirst().archiveClasses();
            bridges.getFirst().awaitReady();
        } catch (AssertionError e) {
            // Nobody else is going to end these processes.
            close();
            throw e;
        }
    }

    private void kafka() throws IOException {
        var ports = new ArrayList<String>();
        for (int i = 0; i < BROKERS; i++) {
            ports.add(freePort() + ":" + freePort());
        }
        var nodes = String.join(",", ports);
        var cluster = Uuid.randomUuid().toString();
        for (int i = 1; i <= BROKERS; i++) {
            brokers.add(new Part(
                    "broker-" + i,
                    KafkaNode.class.getName(),
                    Map.of(),
                    List.of(folder.resolve("kafka-" + i).toString(), Integer.toString(i), cluster, nodes),
                    ""));
        }
        environment.put(
                "KAFKA_BOOTSTRAP_SERVERS",
                ports.stream()
                        .map(port -> "127.0.0.1:" + port.split(":", -1)[0])
                        .collect(Collectors.joining(",")));
        // A member that died is missed after three seconds.
        environment.put("KAFKA_SESSION_TIMEOUT_MS", "3000");
        environment.put("KAFKA_HEARTBEAT_INTERVAL_MS", "500");
        environment.put("KAFKA_TRANSACTION_TIMEOUT_MS", "3000");
        var registry = add(RegistryServer.start(0, folder.resolve("registry.jsonl")));
        environment.put("SCHEMA_REGISTRY_URL", registry.url());
    }

    private void outside(int devices) throws IOException {
        var vault = add(VaultServer.start(0));
        var register = add(OwnershipServer.start(0));
        var genesys = add(GenesysServer.start(0));
        genesys.limit(1_000_000);
        genesys.welcome("agent");
        genesys.role("agent", "senior_tech");
        IntStream.range(0, devices).forEach(i -> {
            var appliance = new ScriptedAppliance();
            appliance.answersAfter(Duration.ofMillis(5));
            appliance.reboots(Duration.ofMillis(1), ScriptedAppliance.RebootResult.AFTER_RETURN);
            appliances.put(device(i), appliance);
            backend.register(device(i), "secret-" + i, appliance);
            vault.put(device(i), "secret-" + i);
            register.own("customer-" + i, device(i));
        });
        environment.putAll(Launched.outside(backend, vault, register, issuer, genesys));
    }

    private static String classPath(Predicate<String> entries) {
        return CLASS_PATH_ENTRIES.stream().filter(entries).collect(Collectors.joining(File.pathSeparator));
    }

    static String device(int i) {
        return "device-" + i;
    }

    private Part service(String name, String main, Map<String, String> own) throws IOException {
        var all = new HashMap<>(own);
        int admin = freePort();
        all.put("ADMIN_PORT", Integer.toString(admin));
        return new Part(name, main, all, List.of(), "http://127.0.0.1:" + admin + "/health/ready");
    }

    private boolean ready(String url) {
        try {
            var request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Below the ports that the system gives to outgoing connections: a part that was killed must find its own free again. */
    private int freePort() throws IOException {
        while (true) {
            int port = NEXT_PORT.getAndIncrement();
            try (var probe = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                return probe.getLocalPort();
            } catch (BindException e) {
                if (port >= FIRST_PORT_OF_THE_SYSTEM) {
                    throw e;
                }
            }
        }
    }

    /** As an orchestrator does it with a service that ended because it couldn't go on. */
    void restartEnded(List<Part> services) throws IOException {
        for (var service : services) {
            if (!service.alive()) {
                System.out.println(service.name() + " ended by itself with " + service.exitCode() + ", is restarted");
                service.start();
            }
        }
    }

    /** Until each partition has all its replicas in sync again: only then may another broker be lost. */
    void awaitBrokers() {
        Await.until(
                "every replica to be in sync",
                RECOVERY,
                this::inSync,
                () -> brokers.stream().map(Part::said).collect(Collectors.joining("\n")));
    }

    /** Brokers that the controller counts on. */
    int livingBrokers() {
        return kafkaSays(
                () -> admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size());
    }

    /** Of this device's queue. */
    int replicas(String device) {
        var topic = Topics.commands(new DeviceId(device)).name();
        return kafkaSays(() -> {
            var described = admin.describeTopics(List.of(topic)).allTopicNames().get(5, TimeUnit.SECONDS);
            return described
                    .values()
                    .iterator()
                    .next()
                    .partitions()
                    .getFirst()
                    .replicas()
                    .size();
        });
    }

    private static <T> T kafkaSays(Callable<T> question) {
        try {
            return question.call();
        } catch (Exception e) {
            throw new AssertionError("Kafka does not say", e);
        }
    }

    private boolean inSync() {
        for (var broker : brokers) {
            if (!broker.alive()) {
                throw new AssertionError(broker.name() + " ended by itself with " + broker.exitCode());
            }
        }
        try {
            var topics = admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get(5, TimeUnit.SECONDS);
            return admin.describeTopics(topics).allTopicNames().get(5, TimeUnit.SECONDS).values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition ->
                            partition.isr().size() == partition.replicas().size());
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The ids of the commands that stand in each device's topic, in its order; a device that had no session yet has none. */
    Map<String, List<String>> topics() {
        var servers = Objects.requireNonNull(environment.get("KAFKA_BOOTSTRAP_SERVERS"));
        var url = Objects.requireNonNull(environment.get("SCHEMA_REGISTRY_URL"));
        var all = new HashMap<String, List<String>>();
        try (var client = Http.within(PATIENCE)) {
            var registry = new HttpSchemaRegistry(url, client.client());
            var standing = kafkaSays(() -> admin.listTopics().names().get(5, TimeUnit.SECONDS));
            for (var device : appliances.keySet()) {
                if (!standing.contains(Topics.commands(new DeviceId(device)).name())) {
                    continue;
                }
                try (var topic = new Committed<>(servers, Topics.commands(new DeviceId(device)), registry)) {
                    all.put(
                            device,
                            topic.all().stream().map(Command::getCommandId).toList());
                }
            }
        }
        return all;
    }

    /** The ids of the commands that each device has run, probes apart. */
    Map<String, List<String>> ran() {
        var all = new HashMap<String, List<String>>();
        appliances.forEach((device, appliance) -> all.put(
                device,
                appliance.executed().stream().map(DeviceCommand::commandId).toList()));
        return all;
    }

    private <T extends AutoCloseable> T add(T part) {
        outside.push(part);
        return part;
    }

    @Override
    public void close() throws IOException {
        for (var parts : List.of(gateways, bridges, processors, brokers)) {
            parts.forEach(part -> part.process.destroyForcibly());
        }
        http.shutdownNow();
        while (!outside.isEmpty()) {
            try {
                outside.pop().close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("a part did not close", e);
            }
        }
    }
}
