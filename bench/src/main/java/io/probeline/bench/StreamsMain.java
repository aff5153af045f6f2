package io.probeline.bench;

import io.probeline.schemas.Topics;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
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
        run(new KafkaStreams(topology, DslMain.settings(APPLICATION, args)));
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
