package io.probeline.bench;

import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.MetricRules;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The floor: telemetry ──▶ numbers on the heap, of which nothing is kept and nothing is written. */
final class LoopMain {
    private static final Duration POLL = Duration.ofMillis(100);

    private final MetricRules rules = MetricRules.shipped();
    private final Map<String, Map<String, Tally>> interactions = new HashMap<>();
    private long windows;
    private double digest;

    /** One metric in its open window. */
    private static final class Tally {
        private final long length;
        private long start;
        private double min;
        private double max;
        private double sum;
        private double last;
        private long count;

        Tally(long length) {
            this.length = length;
        }

        boolean within(long at) {
            return at - start < length;
        }

        void next(long at) {
            start = at - at % length;
            min = Double.POSITIVE_INFINITY;
            max = Double.NEGATIVE_INFINITY;
            sum = 0;
            count = 0;
        }

        void add(double value) {
            min = Math.min(min, value);
            max = Math.max(max, value);
            sum += value;
            last = value;
            count++;
        }

        /** All of the numbers in one, so that none is computed for nothing. */
        double digest() {
            return count == 0 ? 0 : min + max + sum / count + last;
        }
    }

    static void main(String[] args) throws Exception {
        var settings = KafkaSettings.at(args[0]).consumer("bench.loop");
        try (var registry = RemoteRegistry.at(args[1]);
                var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var loop = new LoopMain();
            loop.read(consumer, new AvroFormat<>(Topics.TELEMETRY, registry.registry()));
            System.out.println("done " + loop.windows + " windows, digest " + loop.digest);
            // Its processor time can be read while it lives.
            Thread.currentThread().join();
        }
    }

    private void read(Consumer<String, byte[]> consumer, AvroFormat<Telemetry> format) {
        var partitions = consumer.partitionsFor(Topics.TELEMETRY.name()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        long left = consumer.endOffsets(partitions).values().stream()
                .mapToLong(end -> end)
                .sum();
        System.out.println("started");
        while (left > 0) {
            var records = consumer.poll(POLL);
            for (var record : records) {
                if (format.decode(record.value()) instanceof Decoded.Ok<Telemetry>(var telemetry)) {
                    count(telemetry);
                }
            }
            left -= records.count();
        }
    }

    private void count(Telemetry telemetry) {
        if (telemetry.getKind() != TelemetryKind.FRAME) {
            return;
        }
        var tallies = interactions.computeIfAbsent(telemetry.getInteractionId(), _ -> new HashMap<>());
        long at = telemetry.getReceivedAt().toEpochMilli();
        telemetry.getMetrics().forEach((metric, value) -> {
            var tally = tallies.computeIfAbsent(
                    metric, name -> new Tally(rules.rule(name).window().toMillis()));
            if (!tally.within(at)) {
                windows++;
                digest += tally.digest();
                tally.next(at);
            }
            tally.add(value);
        });
    }
}
