package io.probeline.runtime;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** How to reach Kafka, and the house's defaults for each kind of client; what the operator sets by {@code KAFKA_…} wins. */
public record KafkaSettings(Map<String, String> given) {
    private static final String PREFIX = "KAFKA_";
    private static final String FILE = ".file";

    /** What Kafka itself takes for a secret: {@code sasl.jaas.config}, {@code ssl.keystore.password} and the like. */
    private static final List<String> SECRETS = ProducerConfig.configDef().configKeys().values().stream()
            .filter(key -> key.type() == ConfigDef.Type.PASSWORD)
            .map(key -> key.name)
            .toList();

    public static KafkaSettings from(Settings settings) {
        settings.required("KAFKA_BOOTSTRAP_SERVERS", "the brokers, host:port,host:port");
        var given = new HashMap<>(settings.dotted(PREFIX));
        SECRETS.forEach(name -> {
            if (given.remove(name + FILE) != null) {
                settings.secret(variable(name)).ifPresent(secret -> given.put(name, secret));
            }
        });
        return new KafkaSettings(Map.copyOf(given));
    }

    private static String variable(String name) {
        return PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    public static KafkaSettings at(String bootstrapServers) {
        return new KafkaSettings(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** Idempotent, acknowledged by all in-sync replicas, lz4; nothing waits longer than 30 s for its acknowledgement. */
    public Map<String, Object> producer(String clientId) {
        var config = client(clientId);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.LINGER_MS_CONFIG, "5");
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "30000");
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "10000");
        config.putAll(given);
        return config;
    }

    /** Reads only what is committed, and commits only what it is told to. */
    public Map<String, Object> consumer(String clientId) {
        var config = client(clientId);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        config.putAll(given);
        return config;
    }

    /** For admin clients and as the ground of Streams. */
    public Map<String, Object> client(String clientId) {
        var config = new HashMap<String, Object>();
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, "1000");
        config.putAll(given);
        return config;
    }
}
