package io.probeline.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A real Kafka of one node (KRaft, broker and controller in one) on loopback, whose folder survives a restart. */
public final class EmbeddedKafka implements Closeable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int NODE = 1;

    /** The broker's own topics, for a cluster of one; groups need not wait for members that come together. */
    private static final Map<String, String> ONE_NODE = Map.ofEntries(
            Map.entry("default.replication.factor", "1"),
            Map.entry("min.insync.replicas", "1"),
            Map.entry("offsets.topic.num.partitions", "1"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("transaction.state.log.num.partitions", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            // A writer that was killed must not hold up its readers for the usual ten seconds.
            Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
            Map.entry("share.coordinator.state.topic.num.partitions", "1"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.streams.initial.rebalance.delay.ms", "0"));

    /** A cleaner that does not take 128 MB of heap, and indexes that do not make each partition look 20 MB large. */
    static final Map<String, String> SMALL = Map.of(
            "log.cleaner.dedupe.buffer.size", "2097152",
            "log.index.size.max.bytes", "65536",
            "num.network.threads", "2",
            "num.io.threads", "4");

    private final KafkaRaftServer server;
    private final int port;
    private final Closeable lock;

    private EmbeddedKafka(KafkaRaftServer server, int port, Closeable lock) {
        this.server = server;
        this.port = port;
        this.lock = lock;
    }

    /**
     * Starts the broker and returns when clients can use it.
     *
     * @param data the folder of its logs, formatted if it is new
     * @param port the port, or 0 for a free one
     * @throws BindException with the port in its message, where it is taken
     */
    public static EmbeddedKafka start(Path data, int port) throws IOException {
        return start(data, port, Map.of());
    }

    /** The same, with broker settings that win over the ones here: an authorizer, a short retention. */
    public static EmbeddedKafka start(Path data, int port, Map<String, String> settings) throws IOException {
        var lock = lock(Files.createDirectories(data));
        try {
            format(data);
            var listener = port == 0 ? freePort() : requireFree(port);
            var config = settings(data, listener, freePort());
            config.putAll(settings);
            return new EmbeddedKafka(started(config, listener), listener, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static KafkaRaftServer started(Properties config, int port) throws IOException {
        var server = new KafkaRaftServer(KafkaConfig.fromProps(config, false), Time.SYSTEM);
        try {
            server.startup();
            return server;
        } catch (RuntimeException e) {
            server.shutdown();
            if (causes(e).anyMatch(BindException.class::isInstance)) {
                throw taken(port, e);
            }
            throw e;
        }
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }

    public int port() {
        return port;
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Ends in order: leaderships handed back, logs flushed, the folder unlocked. */
    @Override
    public void close() throws IOException {
        server.shutdown();
        server.awaitShutdown();
        lock.close();
    }

    /** Kafka has a lock of its own, but sees it after its controller has written into the folder, and ends the JVM then. */
    private static Closeable lock(Path data) throws IOException {
        var file =
                FileChannel.open(data.resolve(".embedded.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (file.tryLock() != null) {
                return file;
            }
        } catch (OverlappingFileLockException e) {
            file.close();
            throw new IOException("another Kafka uses " + data, e);
        }
        file.close();
        throw new IOException("another Kafka uses " + data);
    }

    /** Formats once only: the metadata log of a formatted folder holds its topics. */
    private static void format(Path data) throws IOException {
        if (Files.exists(data.resolve("meta.properties"))) {
            return;
        }
        var formatter = new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(data.toString())
                .addDirectory(data.toString())
                .setReleaseVersion(MetadataVersion.latestProduction());
        try {
            formatter.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("can't format " + data, e);
        }
    }

    private static Properties settings(Path data, int port, int controllerPort) {
        var settings = new Properties();
        settings.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                String.valueOf(NODE),
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort),
                "advertised.listeners",
                "PLAINTEXT://127.0.0.1:" + port,
                "controller.listener.names",
                "CONTROLLER",
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                // Voters are static and not on disk, so the controller may have another port after a restart.
                "controller.quorum.voters",
                "%d@127.0.0.1:%d".formatted(NODE, controllerPort),
                "log.dirs",
                data.toString(),
                "auto.create.topics.enable",
                "false"));
        settings.putAll(ONE_NODE);
        settings.putAll(SMALL);
        return settings;
    }

    private static int requireFree(int port) throws IOException {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(LOOPBACK, port));
            return port;
        } catch (BindException e) {
            throw taken(port, e);
        }
    }

    private static BindException taken(int port, Exception cause) {
        var clear = new BindException("port %d on 127.0.0.1 is taken".formatted(port));
        clear.initCause(cause);
        return clear;
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, LOOPBACK)) {
            return probe.getLocalPort();
        }
    }

    /** The broker as a process of its own: {@code <data folder> <port>}; it says when it is ready and ends on SIGTERM. */
    public static void main(String[] args) {
        if (args.length != 2 || !args[1].matches("\\d{1,5}")) {
            giveUp("usage: EmbeddedKafka <data folder> <port, or 0>");
        }
        try {
            var kafka = start(Path.of(args[0]), Integer.parseInt(args[1]));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> closeOrSay(kafka), "close"));
            System.out.println("kafka " + kafka.bootstrapServers());
            kafka.server.awaitShutdown();
        } catch (IOException e) {
            giveUp("kafka: can't start: " + e.getMessage());
        }
    }

    private static void giveUp(String why) {
        System.err.println(why);
        System.exit(2);
    }

    private static void closeOrSay(EmbeddedKafka kafka) {
        try {
            kafka.close();
        } catch (IOException e) {
            System.err.println("kafka did not close cleanly: " + e);
        }
    }
}
