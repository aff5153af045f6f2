package io.probeline.bench;

import io.probeline.processor.StreamProcessor;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** The stream processor as it ships; besides the windows it judges them, and writes alerts and transcript lines. */
record ProbelineWindows(Guarantee guarantee, AdminClient admin) implements Contender {
    static final String GROUP = "probeline.stream-processor";

    static ProbelineWindows with(Guarantee guarantee) {
        return new ProbelineWindows(guarantee, AdminClient.onFreePort());
    }

    @Override
    public String name() {
        return "probeline";
    }

    @Override
    public Optional<String> output() {
        return Optional.of(Topics.AGGREGATES.name());
    }

    @Override
    public Part start(Site site, Broker broker) {
        return Part.start(
                name() + "-" + guarantee.words(),
                site.folder(),
                Windows.JVM,
                StreamProcessor.class,
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                        "SCHEMA_REGISTRY_URL", site.registryUrl(),
                        "ADMIN_PORT", Integer.toString(admin.port()),
                        "KAFKA_NUM_STREAM_THREADS", "1",
                        "KAFKA_PROCESSING_GUARANTEE", guarantee.setting()));
    }

    @Override
    public void awaitStarted(Part part, Duration limit) {
        admin.awaitReady(part, limit);
    }

    @Override
    public void awaitDone(Part part, Broker broker, Map<TopicPartition, Long> ends, Duration limit) {
        broker.awaitCommitted(GROUP, ends, part, limit);
    }
}
