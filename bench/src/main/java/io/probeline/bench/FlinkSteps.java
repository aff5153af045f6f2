package io.probeline.bench;

import io.probeline.record.Aggregate;
import io.probeline.record.Telemetry;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.MetricRules;
import io.probeline.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.functions.windowing.RichWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The steps of Flink's way, which it copies to where they run: each opens there what can't be copied. */
final class FlinkSteps {
    private static final MetricRules RULES = MetricRules.shipped();

    private FlinkSteps() {}

    /** As bytes; the record's timestamp, which is its time of receipt, becomes the event time. */
    record Read() implements KafkaRecordDeserializationSchema<Tuple2<String, byte[]>> {
        /** On the thread that is going to read, before it does. */
        @Override
        public void open(DeserializationSchema.InitializationContext context) {
            System.out.println("started");
        }

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Tuple2<String, byte[]>> out) {
            out.collect(Tuple2.of(new String(record.key(), StandardCharsets.UTF_8), record.value()));
        }

        @Override
        public TypeInformation<Tuple2<String, byte[]>> getProducedType() {
            return FlinkMain.KEYED_BYTES;
        }
    }

    static final class Decode extends RichMapFunction<Tuple2<String, byte[]>, Telemetry> {
        private static final long serialVersionUID = 1L;

        private final String registry;
        private transient @Nullable AvroFormat<Telemetry> format;

        Decode(String registry) {
            this.registry = registry;
        }

        @Override
        public void open(OpenContext context) {
            try (var remote = RemoteRegistry.at(registry)) {
                format = new AvroFormat<>(Topics.TELEMETRY, remote.registry());
            }
        }

        @Override
        public Telemetry map(Tuple2<String, byte[]> frame) {
            return switch (Objects.requireNonNull(format).decode(frame.f1)) {
                case Decoded.Ok<Telemetry>(var telemetry) -> telemetry;
                case Decoded.Rejected<Telemetry>(var reason, var detail) ->
                    throw new IllegalStateException(reason + ": " + detail);
            };
        }
    }

    record Tallying(long length) implements AggregateFunction<Telemetry, WindowTally, WindowTally> {
        @Override
        public WindowTally createAccumulator() {
            return new WindowTally();
        }

        @Override
        public WindowTally add(Telemetry frame, WindowTally tally) {
            return tally.add(frame, length, RULES);
        }

        @Override
        public WindowTally getResult(WindowTally tally) {
            return tally;
        }

        @Override
        public WindowTally merge(WindowTally one, WindowTally other) {
            throw new UnsupportedOperationException("tumbling windows do not merge");
        }
    }

    static final class Close extends RichWindowFunction<WindowTally, Tuple2<String, byte[]>, String, TimeWindow> {
        private static final long serialVersionUID = 1L;

        private final String registry;
        private final long length;
        private transient @Nullable AvroFormat<Aggregate> format;

        Close(String registry, long length) {
            this.registry = registry;
            this.length = length;
        }

        @Override
        public void open(OpenContext context) {
            try (var remote = RemoteRegistry.at(registry)) {
                format = new AvroFormat<>(Topics.AGGREGATES, remote.registry());
            }
        }

        @Override
        public void apply(
                String key, TimeWindow window, Iterable<WindowTally> tallies, Collector<Tuple2<String, byte[]>> out) {
            for (var tally : tallies) {
                var aggregate = tally.aggregate(key, window.getStart(), length, RULES);
                out.collect(Tuple2.of(key, Objects.requireNonNull(format).encode(aggregate)));
            }
        }
    }

    record Write(String topic) implements KafkaRecordSerializationSchema<Tuple2<String, byte[]>> {
        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                Tuple2<String, byte[]> window, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(topic, window.f0.getBytes(StandardCharsets.UTF_8), window.f1);
        }
    }
}
