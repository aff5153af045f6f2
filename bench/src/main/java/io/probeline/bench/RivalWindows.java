package io.probeline.bench;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Another way to the same windows: a main of this module that takes {@code <bootstrap servers> <registry> <guarantee>}, says {@code started} before its first
 * record, and {@code done} after its last where no group of Kafka's says so.
 *
 * @param group whose committed offsets say that it is done
 */
record RivalWindows(String name, Guarantee guarantee, Class<?> main, Optional<String> output, Optional<String> group)
        implements Contender {
    static RivalWindows dsl(Guarantee guarantee) {
        return new RivalWindows(
                "dsl", guarantee, DslMain.class, Optional.of(DslMain.OUTPUT), Optional.of(DslMain.APPLICATION));
    }

    static RivalWindows loop() {
        return new RivalWindows("loop", Guarantee.NONE, LoopMain.class, Optional.empty(), Optional.empty());
    }

    @Override
    public Part start(Site site, Broker broker) {
        return Part.start(
                name + "-" + guarantee.words(),
                site.folder(),
                Windows.JVM,
                main,
                Map.of(),
                broker.bootstrapServers(),
                site.registryUrl(),
                guarantee.name());
    }

    @Override
    public void awaitStarted(Part part, Duration limit) {
        part.awaitLine("started", limit);
    }

    @Override
    public void awaitDone(Part part, Broker broker, Map<TopicPartition, Long> ends, Duration limit) {
        if (group.isPresent()) {
            broker.awaitCommitted(group.get(), ends, part, limit);
        } else {
            part.awaitLine("done", limit);
        }
    }
}
