package io.probeline.testkit;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One node of a cluster, broker and controller in one, as a process of its own: {@code <data folder> <node> <cluster id> <port:controller port>,…}, the ports
 * of every node, from node 1 on. Topics have three replicas, of which two must be in sync. A node that was killed comes back from its folder.
 */
public final class KafkaNode {
    private static final Map<String, String> CLUSTER = Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("default.replication.factor", "3"),
            Map.entry("min.insync.replicas", "2"),
            Map.entry("offsets.topic.num.partitions", "3"),
            Map.entry("offsets.topic.replication.factor", "3"),
            Map.entry("transaction.state.log.num.partitions", "3"),
            Map.entry("transaction.state.log.replication.factor", "3"),
            Map.entry("transaction.state.log.min.isr", "2"),
            Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
            Map.entry("share.coordinator.state.topic.num.partitions", "1"),
            Map.entry("share.coordinator.state.topic.replication.factor", "3"),
            Map.entry("share.coordinator.state.topic.min.isr", "2"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.min.session.timeout.ms", "1000"),
            // A dead broker is missed soon: a test would mostly wait.
            Map.entry("broker.heartbeat.interval.ms", "500"),
            Map.entry("broker.session.timeout.ms", "3000"),
            Map.entry("replica.lag.time.max.ms", "5000"));

    private KafkaNode() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 4) {
            throw new IllegalArgumentException("usage: <data folder> <node> <cluster id> <port:controller port>,…");
        }
        var data = Files.createDirectories(Path.of(args[0]));
        int node = Integer.parseInt(args[1]);
        format(data, node, args[2]);
        var server = new KafkaRaftServer(
                KafkaConfig.fromProps(settings(data, node, List.of(args[3].split(",", -1))), false), Time.SYSTEM);
        server.startup();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.shutdown();
                            server.awaitShutdown();
                        },
                        "close"));
        System.out.println("node " + node);
        server.awaitShutdown();
    }

    private static void format(Path data, int node, String clusterId) throws Exception {
        if (!Files.exists(data.resolve("meta.properties"))) {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(node)
                    .setClusterId(clusterId)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(data.toString())
                    .addDirectory(data.toString())
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .run();
        }
    }

    private static Properties settings(Path data, int node, List<String> nodes) {
        var voters = new ArrayList<String>();
        for (int i = 0; i < nodes.size(); i++) {
            voters.add((i + 1) + "@127.0.0.1:" + nodes.get(i).split(":", -1)[1]);
        }
        var own = nodes.get(node - 1).split(":", -1);
        var settings = new Properties();
        settings.putAll(CLUSTER);
        settings.putAll(EmbeddedKafka.SMALL);
        settings.put("node.id", Integer.toString(node));
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + own[0] + ",CONTROLLER://127.0.0.1:" + own[1]);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + own[0]);
        settings.put("controller.quorum.voters", String.join(",", voters));
        settings.put("log.dirs", data.toString());
        return settings;
    }
}
