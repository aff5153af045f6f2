package io.probeline.bridge;

import io.probeline.runtime.AdminPort;
import io.probeline.runtime.Health;
import io.probeline.runtime.Http;
import io.probeline.runtime.Main;
import io.probeline.runtime.Metrics;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.admin.Admin;

/** device frames ──▶ telemetry, device-events, dead-letters;  commands.&lt;device&gt; ──▶ device */
public final class IngestBridge {
    private static final Duration REGISTRY_LIMIT = Duration.ofSeconds(5);

    /** Shorter than a try to connect may take, of which the answer is the first part. */
    private static final Duration VAULT_LIMIT = Duration.ofMillis(2_500);

    /** All command topics share one schema, whichever device it is asked for. */
    private static final DeviceId ANY = new DeviceId("any");

    private IngestBridge() {}

    public static Running start(BridgeConfig config, World world) {
        return start(config, world, LaneWatch.NOBODY);
    }

    /** @param watch sees the steps of the lanes; only the proofs look */
    static Running start(BridgeConfig config, World world, LaneWatch watch) {
        return Running.of(owned -> {
            var kafka = config.kafka();
            var health = new Health();
            var metrics = owned.add(Metrics.of("ingest-bridge"));
            var counts = metrics.registry();
            owned.add(AdminPort.open(config.adminPort(), health, metrics));
            topics(config);
            var registryClient = owned.add(Http.within(REGISTRY_LIMIT));
            var registry = new HttpSchemaRegistry(config.registryUrl(), registryClient.client());
            var vaultClient = owned.add(Http.within(VAULT_LIMIT));
            var vault = new Vault(config.vault(), vaultClient.client());

            var log = owned.add(new DeviceLog(kafka, registry, counts, owned::fail));
            var loop = owned.add(DeviceLoop.start(world, SSLContext.getDefault(), counts, owned::fail));
            var endpoint = Endpoint.of(config.backendUrl());
            var approach = new Approach(endpoint, vault, counts);
            var lease = new Lease(Ownership.sessionTimeout(kafka));
            var orders = new ReadingOrders(counts);
            var queue = new CommitQueue(counts);
            var lines = new DeviceLines(new LineParts(
                    config,
                    world,
                    loop,
                    endpoint,
                    approach,
                    new DialGate(loop::post, counts),
                    log,
                    new LineEvents(name(world)),
                    lease,
                    queue,
                    orders,
                    watch,
                    counts));

            var commands = new Intake<>(new AvroFormat<>(Topics.commands(ANY), registry), log, world, counts);
            var decoder = new CommandDecoder(commands, config.catalogue(), world, counts);
            var reader = owned.add(CommandReader.start(kafka, orders, decoder, world, owned::fail));

            var member = Ownership.member(kafka);
            queue.wakes(member::wakeup);
            var sessions = new Intake<>(new AvroFormat<>(Topics.SESSIONS, registry), log, world, counts);
            var history = new History(kafka, new AvroFormat<>(Topics.DEVICE_EVENTS, registry));
            var partitions = new OwnedPartitions(member, sessions, history, lines, world);
            var commits = new GroupCommits(member, queue, lines, lease, world, counts);
            var ownership = new Ownership(member, partitions, lines, commits, world);
            var owner = owned.add(ownership.start(owned::fail));

            health.live("device-loop", loop::trouble);
            health.live("command-reader", reader::trouble);
            health.live("ownership", owner::trouble);
            health.ready("owners", ownership::trouble);
        });
    }

    private static void topics(BridgeConfig config) {
        try (var admin = Admin.create(config.kafka().client("bridge-setup"))) {
            new TopicSetup(admin).ensure(Topics.standing());
        }
    }

    /** Tells this instance from the others, in its events. */
    private static String name(World world) {
        return "bridge-" + Long.toString(world.random().get().nextLong() >>> 24, 36);
    }

    public static void main(String[] args) {
        Main.run("ingest-bridge", BridgeConfig::from, IngestBridge::start);
    }
}
