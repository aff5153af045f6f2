package io.probeline.bench;

import io.probeline.record.Telemetry;
import io.probeline.schemas.MetricRules;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;

/**
 * Flink in one process: telemetry ──▶ keyBy, tumbling windows, aggregate ──▶ windows. What crosses from thread to thread is bytes, and decoded once behind it;
 * both lengths of window are in the same chain of operators, so that nothing is encoded between them.
 */
final class FlinkMain {
    static final String OUTPUT = "bench.flink.windows";
    static final TypeInformation<Tuple2<String, byte[]>> KEYED_BYTES =
            Types.TUPLE(Types.STRING, Types.PRIMITIVE_ARRAY(Types.BYTE));

    private static final Duration CHECKPOINT = Duration.ofSeconds(10);

    private final String bootstrapServers;
    private final String registry;
    private final Guarantee guarantee;
    private final String folder;

    private FlinkMain(String bootstrapServers, String registry, Guarantee guarantee, String folder) {
        this.bootstrapServers = bootstrapServers;
        this.registry = registry;
        this.guarantee = guarantee;
        this.folder = folder;
    }

    static void main(String[] args) throws Exception {
        new FlinkMain(args[0], args[1], Guarantee.valueOf(args[2]), args[3]).run();
        System.out.println("done");
        // Its processor time can be read while it lives.
        Thread.currentThread().join();
    }

    private void run() throws Exception {
        var environment = StreamExecutionEnvironment.createLocalEnvironment(1, settings());
        var frames = environment
                .fromSource(source(), WatermarkStrategy.forMonotonousTimestamps(), "telemetry", KEYED_BYTES)
                .keyBy(frame -> frame.f0, Types.STRING)
                .map(new FlinkSteps.Decode(registry), Types.GENERIC(Telemetry.class));
        // Still in the order and on the thread of its key: to key it again would only encode it.
        var keyed = DataStreamUtils.reinterpretAsKeyedStream(frames, Telemetry::getInteractionId, Types.STRING);
        lengths().stream()
                .map(length -> windows(keyed, length))
                .reduce(DataStream::union)
                .orElseThrow()
                .sinkTo(sink());
        environment.execute();
    }

    private static List<Long> lengths() {
        return MetricRules.shipped().named().stream()
                .map(rule -> rule.window().toMillis())
                .distinct()
                .toList();
    }

    private DataStream<Tuple2<String, byte[]>> windows(KeyedStream<Telemetry, String> frames, long length) {
        return frames.window(TumblingEventTimeWindows.of(Duration.ofMillis(length)))
                .aggregate(
                        new FlinkSteps.Tallying(length),
                        new FlinkSteps.Close(registry, length),
                        new FlinkTally.Type(),
                        KEYED_BYTES);
    }

    private Configuration settings() {
        var settings = new Configuration();
        settings.setString("pipeline.object-reuse", "true");
        settings.setString("state.backend.type", "hashmap");
        settings.setString("execution.checkpointing.interval", CHECKPOINT.toSeconds() + "s");
        settings.setString("execution.checkpointing.mode", guarantee.name());
        settings.setString("execution.checkpointing.storage", "filesystem");
        settings.setString("execution.checkpointing.dir", "file://" + folder);
        return settings;
    }

    private KafkaSource<Tuple2<String, byte[]>> source() {
        return KafkaSource.<Tuple2<String, byte[]>>builder()
                .setBootstrapServers(bootstrapServers)
                .setTopics(Topics.TELEMETRY.name())
                .setGroupId("bench.flink")
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setBounded(OffsetsInitializer.latest())
                .setDeserializer(new FlinkSteps.Read())
                .build();
    }

    private KafkaSink<Tuple2<String, byte[]>> sink() {
        return KafkaSink.<Tuple2<String, byte[]>>builder()
                .setBootstrapServers(bootstrapServers)
                .setDeliveryGuarantee(DeliveryGuarantee.valueOf(guarantee.name()))
                .setTransactionalIdPrefix("bench.flink")
                .setProperty(
                        "transaction.timeout.ms",
                        Long.toString(CHECKPOINT.multipliedBy(6).toMillis()))
                .setProperty("compression.type", "lz4")
                .setRecordSerializer(new FlinkSteps.Write(OUTPUT))
                .build();
    }
}
