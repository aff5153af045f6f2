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

/** The gateway's Kafka clients, with time-outs that fit a request which is answered within 2 s. */
final class KafkaParts {
    /** Their number is the length of time, in transactions, that the markers of one may take. */
    private static final int PRODUCERS = 3;

    private final KafkaSettings settings;
    private final String name;
    private final String transactionalId = "probeline.command-gateway." + UUID.randomUUID();

    KafkaParts(KafkaSettings settings, String name) {
        this.settings = settings;
        this.name = name;
    }

    Admin admin() {
        var config = settings.client(name + "-admin");
        config.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "30000");
        return Admin.create(config);
    }

    Consumer<byte[], byte[]> consumer(String purpose) {
        var config = settings.consumer(name + "-" + purpose);
        // Nobody should wait for a batch to fill: an agent looks on.
        config.putIfAbsent(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1");
        config.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** A member of this group. */
    Consumer<byte[], byte[]> member(String group) {
        var config = settings.consumer(name + "-member");
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Each time with the same transactional ids, so that the next ones end what the last ones left open. A gateway that was killed leaves
     * its transaction to the broker: until that is over, nobody reads past it, so the time is short.
     */
    List<Producer<byte[], byte[]>> transactional() {
        return IntStream.range(0, PRODUCERS).mapToObj(this::transactional).toList();
    }

    private Producer<byte[], byte[]> transactional(int number) {
        var config = settings.producer(name + "-journal-" + number);
        config.putAll(Map.of(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId + "." + number,
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
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "1500"));
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
