package io.probeline.gateway;

import io.probeline.runtime.KafkaSettings;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's Kafka clients, with time-outs that fit a request which is answered within 2 s; what the operator sets wins, but for what
 * the gateway's promises stand on.
 */
final class KafkaParts {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaParts.class);

    /** Their number is the length of time, in transactions, that the markers of one may take. */
    private static final int PRODUCERS = 3;

    private static final Map<String, String> READING = Map.of(
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed", ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");

    private static final Map<String, String> WRITING =
            Map.of(ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");

    /** Each client's own. */
    private static final List<String> NAMES = List.of(
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);

    private static final Map<String, String> IN_TIME = Map.of(
            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "5000",
            ProducerConfig.BATCH_SIZE_CONFIG, "65536",
            // The journal flushes.
            ProducerConfig.LINGER_MS_CONFIG, "500",
            // Every record has its key: the loads of a thousand topics' partitions need not be kept.
            ProducerConfig.PARTITIONER_ADAPTIVE_PARTITIONING_ENABLE_CONFIG, "false",
            ProducerConfig.RETRY_BACKOFF_MS_CONFIG, "10",
            ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, "200",
            ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000",
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "1000",
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "1500");

    private final KafkaSettings settings;
    private final String name;
    private final String transactionalId = "probeline.command-gateway." + UUID.randomUUID();

    KafkaParts(KafkaSettings settings, String name) {
        this.settings = settings;
        this.name = name;
        notTaken(settings).forEach(key -> LOG.warn("Kafka's setting {} is not taken: the gateway needs its own", key));
    }

    /** What is set otherwise than the gateway's promises allow. */
    static List<String> notTaken(KafkaSettings settings) {
        return settings.given().entrySet().stream()
                .filter(each -> NAMES.contains(each.getKey())
                        || !each.getValue().equals(READING.getOrDefault(each.getKey(), each.getValue()))
                        || !each.getValue().equals(WRITING.getOrDefault(each.getKey(), each.getValue())))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    Admin admin() {
        var config = settings.client(name + "-admin");
        config.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "30000");
        return Admin.create(config);
    }

    Consumer<byte[], byte[]> consumer(String purpose) {
        var config = reading(purpose);
        // Nobody should wait for a batch to fill: an agent looks on.
        config.putIfAbsent(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1");
        config.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** A member of this group. */
    Consumer<byte[], byte[]> member(String group) {
        var config = reading("member");
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** In no group. */
    Map<String, Object> reading(String purpose) {
        var config = settings.consumer(name + "-" + purpose);
        config.putAll(READING);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return config;
    }

    /**
     * Each time with the same transactional ids, so that the next ones end what the last ones left open. A gateway that was killed leaves
     * its transaction to the broker: until that is over, nobody reads past it, so the time is short.
     */
    List<Producer<byte[], byte[]>> transactional() {
        return IntStream.range(0, PRODUCERS).mapToObj(this::transactional).toList();
    }

    private Producer<byte[], byte[]> transactional(int number) {
        return new KafkaProducer<>(writing(number), new ByteArraySerializer(), new ByteArraySerializer());
    }

    Map<String, Object> writing(int number) {
        var config = settings.producer(name + "-journal-" + number);
        config.putAll(IN_TIME);
        config.putAll(settings.given());
        config.putAll(WRITING);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId + "." + number);
        // Kafka makes no producer with less, and the operator may have set one of them alone.
        long least = millis(config, ProducerConfig.LINGER_MS_CONFIG)
                + millis(config, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
        long delivery = millis(config, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Long.toString(Math.max(delivery, least)));
        return config;
    }

    private static long millis(Map<String, Object> config, String key) {
        return Long.parseLong(String.valueOf(config.get(key)));
    }
}
