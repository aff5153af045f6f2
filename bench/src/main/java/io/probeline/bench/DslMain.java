package io.probeline.bench;

import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.MetricRules;
import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers.RocksDBDslStoreSuppliers;
import org.apache.kafka.streams.state.WindowStore;

/** The plain DSL: telemetry ──▶ windowedBy, aggregate, suppress ──▶ windows, once for each length of window. */
final class DslMain {
    static final String APPLICATION = "bench.dsl";
    static final String OUTPUT = "bench.dsl.windows";
    static final String ON_ROCKSDB = "dsl-rocksdb";

    /** All open windows fit, so that each of them goes to its store and changelog once a commit. */
    private static final long CACHE = 128L << 20;

    private final MetricRules rules = MetricRules.shipped();
    private final StreamsBuilder builder = new StreamsBuilder();
    private final AvroFormat<Telemetry> telemetry;
    private final AvroFormat<io.probeline.record.Aggregate> windows;

    private DslMain(SchemaRegistry registry) {
        telemetry = new AvroFormat<>(Topics.TELEMETRY, registry);
        windows = new AvroFormat<>(Topics.AGGREGATES, registry);
    }

    static void main(String[] args) throws Exception {
        try (var registry = RemoteRegistry.at(args[1])) {
            var topology = new DslMain(registry.registry()).topology();
            StreamsMain.run(new KafkaStreams(topology, settings(args)));
        }
    }

    private static Properties settings(String[] args) {
        var settings = StreamsMain.settings(APPLICATION, args);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE);
        settings.put(
                StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
                args[4].equals(ON_ROCKSDB) ? RocksDBDslStoreSuppliers.class : InMemoryDslStoreSuppliers.class);
        return settings;
    }

    private Topology topology() {
        var frames = builder.stream(
                        Topics.TELEMETRY.name(),
                        Consumed.with(Serdes.String(), telemetry.serde())
                                .withTimestampExtractor((record, _) -> ((Telemetry) record.value())
                                        .getReceivedAt()
                                        .toEpochMilli()))
                .filter((_, record) -> record.getKind() == TelemetryKind.FRAME)
                .groupByKey(Grouped.with(Serdes.String(), telemetry.serde()));
        rules.named().stream().map(rule -> rule.window()).distinct().forEach(length -> windows(frames, length));
        return builder.build();
    }

    private void windows(KGroupedStream<String, Telemetry> frames, Duration window) {
        long length = window.toMillis();
        frames.windowedBy(TimeWindows.ofSizeWithNoGrace(window))
                .aggregate(
                        WindowTally::new,
                        (_, frame, tally) -> tally.add(frame, length, rules),
                        Materialized.<String, WindowTally, WindowStore<Bytes, byte[]>>as("windows-" + length)
                                .withKeySerde(Serdes.String())
                                .withValueSerde(tallies())
                                .withCachingEnabled())
                .suppress(Suppressed.untilWindowCloses(BufferConfig.unbounded()).withName("closed-" + length))
                .toStream()
                .map((key, tally) -> KeyValue.pair(
                        key.key(), tally.aggregate(key.key(), key.window().start(), length, rules)))
                .to(OUTPUT, Produced.with(Serdes.String(), windows.serde()));
    }

    private static Serde<WindowTally> tallies() {
        return Serdes.serdeFrom((_, tally) -> TallyCodec.encode(tally), (_, bytes) -> TallyCodec.decode(bytes));
    }
}
