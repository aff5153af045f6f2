package io.probeline.bench;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Another way to the same windows: a main of this module that takes {@code <bootstrap servers> <registry> <guarantee> <folder>}, says {@code started} before its first
 * record, and {@code done} after its last where no group of Kafka's says so.
 *
 * @param group whose committed offsets say that it is done
 */
record RivalWindows(
        String name,
        Guarantee guarantee,
        Class<?> main,
        ClassPath classPath,
        Optional<String> output,
        Optional<String> group)
        implements Contender {
    static RivalWindows dsl(Guarantee guarantee) {
        return new RivalWindows(
                "dsl",
                guarantee,
                DslMain.class,
                ClassPath.ours(),
                Optional.of(DslMain.OUTPUT),
                Optional.of(DslMain.APPLICATION));
    }

    static RivalWindows flink(Guarantee guarantee) {
        return new RivalWindows(
                "flink",
                guarantee,
                FlinkMain.class,
                ClassPath.flink(),
                Optional.of(FlinkMain.OUTPUT),
                Optional.empty());
    }

    static RivalWindows loop() {
        return new RivalWindows(
                "loop", Guarantee.NONE, LoopMain.class, ClassPath.ours(), Optional.empty(), Optional.empty());
    }

    @Override
    public Part start(Site site, Broker broker) {
        return Part.start(
                name + "-" + guarantee.words(),
                site.folder(),
                Windows.JVM,
                classPath,
                main,
                Map.of(),
                broker.bootstrapServers(),
                site.registryUrl(),
                guarantee.name(),
                site.folder().resolve(name + "-state").toString());
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
