package io.probeline.processor;

import io.probeline.runtime.AdminPort;
import io.probeline.runtime.Health;
import io.probeline.runtime.Http;
import io.probeline.runtime.Main;
import io.probeline.runtime.Metrics;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.MetricRules;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;

/** telemetry ──▶ aggregates, alerts, transcript;  session-requests, device-events ──▶ sessions */
public final class StreamProcessor {
    private static final Duration REGISTRY_LIMIT = Duration.ofSeconds(5);

    private StreamProcessor() {}

    public static Running start(ProcessorConfig config, World world) {
        return Running.of(owned -> {
            var health = new Health();
            var metrics = owned.add(Metrics.of("stream-processor"));
            var http = owned.add(Http.within(REGISTRY_LIMIT));
            for (var job : Job.values()) {
                health.ready(job.word(), () -> Optional.of("starting"));
            }
            owned.add(AdminPort.open(config.adminPort(), health, metrics));
            int brokers = topics(config);
            var formats = Formats.of(new HttpSchemaRegistry(config.schemaRegistryUrl(), http.client()));
            var counted = new ProcessorMetrics(metrics.registry());
            var terms = terms(config, world, counted, health, owned);
            var parts = new Parts(formats, terms, config.sessionMaxAge(), config.sessionIdle(), counted, Thread::sleep);
            for (var job : Job.values()) {
                var settings = StreamsSettings.of(job, config.kafka(), brokers);
                var topology = ProcessorTopology.of(job, parts, settings);
                owned.add(Engine.start(job, topology, settings, world, health, metrics.registry(), owned::fail));
            }
        });
    }

    /** The rules that ship, or those of a file that may change while this runs. */
    private static Supplier<Terms> terms(
            ProcessorConfig config, World world, ProcessorMetrics metrics, Health health, Running.Owned owned) {
        var shipped = new Terms(MetricRules.shipped(), config.transcriptPolicy(), config.sessionMaxAge());
        if (config.metricRules().isEmpty()) {
            return () -> shipped;
        }
        var file = owned.add(RulesFile.open(config.metricRules().get(), shipped, metrics));
        health.note("metric-rules", file::trouble);
        return file.watched(world, owned::fail);
    }

    /** Makes the topics that are missing, and says how many brokers there are to hold others. */
    private static int topics(ProcessorConfig config) throws Exception {
        try (var admin = Admin.create(config.kafka().client("probeline.stream-processor.setup"))) {
            new TopicSetup(admin).ensure(Topics.standing());
            // Those that are away just now too: what Streams makes meanwhile is not to have fewer replicas for good.
            return admin.describeCluster(new DescribeClusterOptions().includeFencedBrokers(true))
                    .nodes()
                    .get(30, TimeUnit.SECONDS)
                    .size();
        }
    }

    public static void main(String[] args) {
        Main.run("stream-processor", ProcessorConfig::from, StreamProcessor::start);
    }
}
