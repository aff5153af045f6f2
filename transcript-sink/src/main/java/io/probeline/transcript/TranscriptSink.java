package io.probeline.transcript;

import io.probeline.runtime.AdminPort;
import io.probeline.runtime.Health;
import io.probeline.runtime.Http;
import io.probeline.runtime.Main;
import io.probeline.runtime.Metrics;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** transcript ──▶ Genesys, within its quota;  what became of each line ──▶ transcript-receipts */
public final class TranscriptSink {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final int MOST_IN_FLIGHT = 64;

    /** Lines that may wait in memory; behind that nothing is read. */
    private static final int ROOM = 100_000;

    private TranscriptSink() {}

    public static Running start(SinkConfig config, World world) {
        return start(config, world, ROOM);
    }

    /** @param room how many lines may wait in memory */
    static Running start(SinkConfig config, World world, int room) {
        return Running.of(owned -> {
            var health = new Health();
            var metrics = owned.add(Metrics.of("transcript-sink"));
            var counts = new SinkMetrics(metrics.registry());
            health.ready("genesys", () -> counts.status().trouble());
            owned.add(AdminPort.open(config.adminPort(), health, metrics));
            try (var admin = Admin.create(config.kafka().client("probeline.transcript-sink.setup"))) {
                new TopicSetup(admin).ensure(Topics.standing());
            }
            var http = owned.add(Http.within(CALL_LIMIT)).client();
            var registry = new HttpSchemaRegistry(config.schemaRegistryUrl(), http);
            var lines = new AvroFormat<>(Topics.TRANSCRIPT, registry);
            var settled = new AvroFormat<>(Topics.TRANSCRIPT_RECEIPTS, registry);
            var target = target(
                    config,
                    new Genesys(
                            config.apiUrl(), http, new GenesysToken(config.loginUrl(), config.client(), http, world)));
            var scheduler = new QuotaScheduler(
                    config.requestsPerMinute(),
                    MOST_IN_FLIGHT,
                    target,
                    world.random().get());
            var producer = owned.add(new KafkaProducer<>(
                    config.kafka().producer("probeline.transcript-sink.receipts-out"),
                    new ByteArraySerializer(),
                    new ByteArraySerializer()));
            owned.add(metrics.bind(producer));
            var reader = owned.add(new ReceiptReader(config.kafka(), settled));
            var log = new LineLog(config.kafka(), reader);
            owned.add(metrics.bind(log.consumer()));
            var receipts = new Receipts(
                    producer, settled, new AvroFormat<>(Topics.DEAD_LETTERS, registry), world, owned::fail);
            owned.add(new SinkLoop(log, receipts, target, scheduler, lines, counts, room, world, owned::fail));
        });
    }

    private static TranscriptTarget target(SinkConfig config, Genesys genesys) {
        return switch (config.target()) {
            case TRANSCRIPT -> new TranscriptMessages(genesys, config.path(), config.lines());
            case PARTICIPANT_ATTRIBUTES -> new ParticipantAttributes(genesys, config.lines());
        };
    }

    public static void main(String[] args) {
        Main.run("transcript-sink", SinkConfig::from, TranscriptSink::start);
    }
}
