package io.probeline.bench;

import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;

/** The floor of Kafka Streams: telemetry ──▶ a topology that drops it, committed as the others commit. */
final class StreamsMain {
    static final String APPLICATION = "bench.streams";

    private static final class Drop implements Processor<byte[], byte[], Void, Void> {
        @Override
        public void process(Record<byte[], byte[]> record) {}
    }

    private StreamsMain() {}

    static void main(String[] args) throws Exception {
        var topology = new Topology()
                .addSource(
                        "telemetry", new ByteArrayDeserializer(), new ByteArrayDeserializer(), Topics.TELEMETRY.name())
                .addProcessor("drop", Drop::new, "telemetry");
        run(new KafkaStreams(topology, settings(APPLICATION, args)));
    }

    /** Of each program on Streams here. */
    static Properties settings(String application, String[] args) {
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        settings.put(
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                Guarantee.valueOf(args[2]).setting());
        settings.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Duration.ofSeconds(1).toMillis());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, args[3]);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        // There is no other topic to wait for, and asking whether there is costs something for each record.
        settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        return settings;
    }

    /** Says when it runs, and returns when it does no more. */
    static void run(KafkaStreams streams) throws InterruptedException {
        var ended = new CountDownLatch(1);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                System.out.println("started");
            } else if (now.hasCompletedShutdown() || now == KafkaStreams.State.ERROR) {
                ended.countDown();
            }
        });
        streams.start();
        ended.await();
    }
}
