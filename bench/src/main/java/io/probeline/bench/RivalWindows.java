package io.probeline.bench;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Another way to the same windows: a main of this module that takes {@code <bootstrap servers> <registry> <guarantee> <folder> <its name>}, says {@code started} before its first
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
    /** With the stores that are the faster ones here. */
    static RivalWindows dsl(Guarantee guarantee) {
        return dsl("dsl", guarantee);
    }

    /** To see that they are. */
    static RivalWindows dslOnRocksDb(Guarantee guarantee) {
        return dsl(DslMain.ON_ROCKSDB, guarantee);
    }

    private static RivalWindows dsl(String name, Guarantee guarantee) {
        return new RivalWindows(
                name,
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

    /** Not a rival but what each program on Kafka Streams takes. */
    static RivalWindows streams(Guarantee guarantee) {
        return new RivalWindows(
                "streams",
                guarantee,
                StreamsMain.class,
                ClassPath.ours(),
                Optional.empty(),
                Optional.of(StreamsMain.APPLICATION));
    }

    static RivalWindows loop() {
        return new RivalWindows(
                "loop", Guarantee.NONE, LoopMain.class, ClassPath.ours(), Optional.empty(), Optional.empty());
    }

    @Override
    public Work start(Site site, Broker broker) {
        var part = Part.start(
                name + "-" + guarantee.words(),
                site.folder(),
                Windows.JVM,
                classPath,
                main,
                Map.of(),
                broker.bootstrapServers(),
                site.registryUrl(),
                guarantee.name(),
                site.folder().resolve(name + "-" + guarantee.words() + "-state").toString(),
                name);
        return new RivalWork(part, broker, group);
    }

    private record RivalWork(Part part, Broker broker, Optional<String> group) implements Work {
        @Override
        public void awaitStarted(Duration limit) {
            part.awaitLine("started", limit);
        }

        @Override
        public void awaitDone(Map<TopicPartition, Long> ends, Duration limit) {
            if (group.isPresent()) {
                broker.awaitCommitted(group.get(), ends, part, limit);
            } else {
                part.awaitLine("done", limit);
            }
        }
    }
}
