package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import io.probeline.testkit.TcpProxy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import okhttp3.HttpUrl;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What a gateway takes while it can't read on, since the registry that knows a new schema is away. */
class RegistryAwayTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** The session may have ended in what it has not read: nobody would end a command that it took then. */
    @Test
    void whoseReaderStandsStillTakesNoCommand() throws IOException, ExecutionException, InterruptedException {
        try (var site = Site.open();
                var wire = TcpProxy.to(HttpUrl.get(site.registry.url()).port());
                var gateway = site.gateway(through(wire, site.config()));
                var _ = site.processor()) {
            var interaction = site.unique("interaction");
            var device = site.deviceOf("customer-1");
            assertEquals(
                    202,
                    gateway.client(site.architect())
                            .initiate(interaction, "customer-1", device)
                            .status());
            var agent = gateway.client(site.agent());
            assertEquals(202, agent.execute(interaction, "ping_latency").status());
            wire.refuse(true);
            wire.cut();
            ofAnUnknownSchema(site);
            Await.equal(
                    "a gateway that takes no command",
                    SOON,
                    503,
                    () -> agent.execute(interaction, "ping_latency").status());
            var health = gateway.client("").get("/health/ready");
            assertEquals(503, health.status());
            assertTrue(health.text().contains("it shows the past"), health.text());
            wire.refuse(false);
            Await.equal(
                    "a gateway that takes commands",
                    SOON,
                    202,
                    () -> agent.execute(interaction, "ping_latency").status());
        }
    }

    private static GatewayConfig through(TcpProxy wire, GatewayConfig config) {
        return new GatewayConfig(
                config.kafka(),
                "http://127.0.0.1:" + wire.port(),
                config.listen(),
                config.oidc(),
                config.genesys(),
                config.ownershipUrl(),
                config.catalogue(),
                config.lines(),
                config.sessionMaxAge(),
                config.rate(),
                config.documents());
    }

    private static void ofAnUnknownSchema(Site site) throws ExecutionException, InterruptedException {
        Map<String, Object> settings = Map.of("bootstrap.servers", site.kafka.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            var value = ByteBuffer.allocate(8).put((byte) 0).putInt(99_999).array();
            var key = "anybody".getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(Topics.SESSION_REQUESTS.name(), key, value))
                    .get();
        }
    }
}
