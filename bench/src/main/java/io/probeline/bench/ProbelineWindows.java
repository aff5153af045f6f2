package io.probeline.bench;

import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** The stream processor as it ships; besides the windows it judges them, and writes alerts and transcript lines. */
record ProbelineWindows(Guarantee guarantee) implements Contender {
    @Override
    public String name() {
        return "probeline";
    }

    @Override
    public Optional<String> output() {
        return Optional.of(Topics.AGGREGATES.name());
    }

    @Override
    public Work start(Site site, Broker broker) {
        var processor = ProcessorPart.start(name() + "-" + guarantee.words(), guarantee, Windows.JVM, site, broker);
        return new Work() {
            @Override
            public Part part() {
                return processor.part();
            }

            @Override
            public void awaitStarted(Duration limit) {
                processor.awaitReady(limit);
            }

            @Override
            public void awaitDone(Map<TopicPartition, Long> ends, Duration limit) {
                broker.awaitCommitted(ProcessorPart.GROUP, ends, processor.part(), limit);
            }
        };
    }
}
