package io.probeline.processor;

import io.probeline.runtime.KafkaSettings;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** How Kafka Streams is set here; what the operator sets by {@code KAFKA_…} wins. */
final class StreamsSettings {
    /** What may be done again after a crash. What is said asks for a commit of its own ({@link CommitPace}). */
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

    /**
     * How long the thread waits for any record before it looks at its clock: a commit that was asked for by time comes so much later (ADR 2), and so does a record that
     * may not be worked on yet, since the fold reads two topics in the order of their times. With Streams' 100 ms, one session change in twenty waited as long.
     */
    private static final Duration POLL = Duration.ofMillis(20);

    /** Of one topic each record may be worked on at once. Streams' wait for others costs a tenth of a record's time even then. */
    private static final String NO_OTHER_TOPIC = "-1";

    /** A dead instance is missed, and its transaction ended, after this; a living one sends three heartbeats in it. */
    private static final Duration SESSION = Duration.ofSeconds(8);

    /**
     * After a transaction the broker refuses the next one's first records until the markers of the last are written: some milliseconds, and a window that is told
     * meanwhile must not wait for Kafka's 100 ms (ADR 2). Where it is refused again and again it asks less often.
     */
    private static final Duration ASKED_AGAIN = Duration.ofMillis(10);

    private static final Duration ASKED_AGAIN_AT_LEAST = Duration.ofMillis(200);

    /** What a second's windows of some thousands of sessions are for one partition: Kafka's 16 KiB would make, and compress, eight batches of them. A commit sends what there is. */
    private static final int BATCH = 128 * 1024;

    private static final int MOST_REPLICAS = 3;

    private StreamsSettings() {}

    /** @param brokers that the cluster has: a changelog is on up to three, and one broker is no place where a standby is missed */
    static Properties of(Job job, KafkaSettings kafka, int brokers) {
        var settings = new Properties();
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // The classic protocol runs within 1.2 s of the start; the streams protocol needs 3 to 7 (see the facts in the
        // ADR).
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL.toMillis());
        settings.put(StreamsConfig.POLL_MS_CONFIG, POLL.toMillis());
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, Math.min(MOST_REPLICAS, brokers));
        settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, brokers == 1 ? 0 : 1);
        // As the topics that are committed with them: a state that is gone where its input's offsets stand would make
        // wrong windows.
        settings.put(
                StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
                brokers < MOST_REPLICAS ? "1" : "2");
        switch (job) {
            case SESSIONS -> settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
            case WINDOWS -> {
                settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, NO_OTHER_TOPIC);
                settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads());
            }
        }
        settings.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, TooLarge.class.getName());
        settings.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, RecordTime.class.getName());
        // There is no global state here; left out, Streams warns of it at each start. Its constant is deprecated
        // already.
        settings.put("processing.exception.handler.global.enabled", true);
        // Without Streams' prefixes, or they would win over what the operator sets.
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SESSION.toMillis());
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int)
                SESSION.dividedBy(4).toMillis());
        settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, ASKED_AGAIN.toMillis());
        settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, ASKED_AGAIN_AT_LEAST.toMillis());
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) SESSION.toMillis());
        settings.putAll(kafka.client(job.id()));
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, job.id());
        return settings;
    }

    /** One for two cores: decoding and the network have threads of their own, and other parts of a machine too. */
    private static int threads() {
        return Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 12);
    }
}
