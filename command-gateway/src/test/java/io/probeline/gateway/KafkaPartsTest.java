package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.probeline.runtime.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose word counts on a setting of Kafka's clients. */
class KafkaPartsTest {
    @Test
    void theOperatorsWordCounts() {
        var config = parts(Map.of("max.block.ms", "7000", "transaction.timeout.ms", "3000", "linger.ms", "0"))
                .writing(0);
        assertEquals("7000", config.get("max.block.ms"));
        assertEquals("3000", config.get("transaction.timeout.ms"));
        assertEquals("0", config.get("linger.ms"));
        assertEquals("1000", config.get("request.timeout.ms"), "ours, where he has said nothing");
        assertEquals("1500", config.get("delivery.timeout.ms"));
    }

    @Test
    void theGatewaysPromisesAreKept() {
        var given = Map.of(
                "acks", "1",
                "enable.idempotence", "false",
                "transactional.id", "mine",
                "isolation.level", "read_uncommitted",
                "enable.auto.commit", "false",
                "group.id", "mine",
                "compression.type", "zstd");
        var parts = parts(given);
        var writing = parts.writing(1);
        assertEquals("all", writing.get("acks"));
        assertEquals("true", writing.get("enable.idempotence"));
        assertEquals("zstd", writing.get("compression.type"));
        assertNotEquals("mine", writing.get("transactional.id"));
        assertNotEquals(parts.writing(0).get("transactional.id"), writing.get("transactional.id"));
        var reading = parts.reading("live");
        assertEquals("read_committed", reading.get("isolation.level"));
        assertFalse(reading.containsKey("group.id"));
        assertEquals(
                List.of("acks", "enable.idempotence", "group.id", "isolation.level", "transactional.id"),
                KafkaParts.notTaken(settings(given)));
    }

    /** Kafka refuses a producer that may not wait for as long as one request takes. */
    @Test
    void oneTimeOutAloneMakesAProducer() {
        var parts = parts(Map.of("request.timeout.ms", "30000"));
        assertEquals("30500", parts.writing(0).get("delivery.timeout.ms"));
        parts.transactional().forEach(producer -> producer.close(Duration.ZERO));
    }

    private static KafkaParts parts(Map<String, String> given) {
        return new KafkaParts(settings(given), "test");
    }

    private static KafkaSettings settings(Map<String, String> given) {
        var all = new HashMap<>(given);
        all.put("bootstrap.servers", "127.0.0.1:1");
        return new KafkaSettings(Map.copyOf(all));
    }
}
