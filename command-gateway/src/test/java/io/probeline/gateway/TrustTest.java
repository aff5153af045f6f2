package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.gateway.SharedSite.Running;
import io.probeline.record.AuditRecord;
import io.probeline.runtime.Http;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Topics;
import io.probeline.testkit.GenesysFault;
import io.probeline.testkit.GenesysFaults;
import io.probeline.testkit.GenesysServer;
import io.probeline.testkit.OidcServer;
import io.probeline.testkit.StubHttp.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whose word is taken, and what happens while nobody gives it. */
@ExtendWith(SharedSite.class)
class TrustTest {
    private final Running on;

    TrustTest(Running on) {
        this.on = on;
    }

    @Test
    void takesNoTokenWhileTheIssuersKeysCantBeHad() throws IOException {
        try (var issuer = OidcServer.start(0)) {
            issuer.faults().always(Response.json(503, Map.of()));
            var config = on.site().config();
            var other = new GatewayConfig(
                    config.kafka(),
                    config.registryUrl(),
                    config.listen(),
                    new GatewayConfig.Oidc(issuer.issuer(), "probeline", Optional.empty()),
                    config.genesys(),
                    config.ownershipUrl(),
                    config.catalogue(),
                    config.lines(),
                    config.sessionMaxAge(),
                    config.rate(),
                    config.documents());
            try (var gateway = on.site().gateway(other)) {
                var agent = gateway.client(issuer.token(Site.AGENT, Caller.READ));
                assertEquals(
                        "503 unavailable", agent.get("/v1/diagnostics/commands").refusal());
                issuer.faults().clear();
                assertEquals(200, agent.get("/v1/diagnostics/commands").status());
                issuer.faults().always(Response.drop());
                assertEquals(200, agent.get("/v1/diagnostics/commands").status());
                var body = new ObjectMapper()
                        .readTree(gateway.client("").get("/health/ready").text());
                assertEquals("UP", body.path("status").asText());
            }
        }
    }

    @Test
    void renewsTheDirectorysTokenWhenItIsRefused() throws IOException {
        try (var genesys = GenesysServer.start(0);
                var http = Http.within(Duration.ofSeconds(2))) {
            genesys.role("a", "senior_tech");
            var directory = directory(genesys, new GatewayConfig.RoleSource.CustomAttribute("schema-1"), http);
            assertEquals(Set.of("senior_tech"), directory.roles("a"));
            assertEquals(Set.of("senior_tech"), directory.roles("a"));
            assertEquals(1, genesys.tokensIssued());
            genesys.revokeTokens();
            assertEquals(Set.of("senior_tech"), directory.roles("a"));
            assertEquals(2, genesys.tokensIssued());
            assertEquals(Set.of(), directory.roles("nobody"));
            assertEquals(Set.of(), directory.roles(".."));
            assertEquals(Set.of(), directory.roles("a/../b"));
        }
    }

    @Test
    void readsTheRoleFromTheAuthorizationToo() throws IOException {
        try (var genesys = GenesysServer.start(0);
                var http = Http.within(Duration.ofSeconds(2))) {
            genesys.role("a", "senior_tech");
            var directory = directory(genesys, new GatewayConfig.RoleSource.AuthorizationRole(), http);
            assertEquals(Set.of("senior_tech"), directory.roles("a"));
        }
    }

    @Test
    void saysThatTheDirectoryDidNotSay() throws IOException {
        try (var genesys = GenesysServer.start(0);
                var http = Http.within(Duration.ofMillis(500))) {
            genesys.role("a", "senior_tech");
            var directory = directory(genesys, new GatewayConfig.RoleSource.CustomAttribute("schema-1"), http);
            for (var fault : Set.of(
                    new GenesysFault.Status(500),
                    new GenesysFault.Page(200, "<html>"),
                    new GenesysFault.Hang(Duration.ofSeconds(5)),
                    new GenesysFault.Drop())) {
                var rule = genesys.faults().always(GenesysFaults.path("/customattributes/"), fault);
                assertThrows(IOException.class, () -> directory.roles("a"), fault.toString());
                rule.lift();
            }
            assertEquals(Set.of("senior_tech"), directory.roles("a"));
        }
    }

    /** A gateway that was killed leaves its transaction open: nobody reads past it, and nobody stops for it. */
    @Test
    void goesOnBesideATransactionThatADeadInstanceLeftOpen() {
        var session = on.open("ping_latency");
        try (var dead = new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", on.site().kafka.bootstrapServers(),
                        "transactional.id", on.site().unique("dead"),
                        "transaction.timeout.ms", "60000"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            dead.initTransactions();
            dead.beginTransaction();
            var record = AuditRecord.newBuilder(
                            on.site().wiretap.audits(session.interaction()).getFirst())
                    .build();
            var bytes = new AvroFormat<>(Topics.AUDIT, on.site().wiretap.registry()).encode(record);
            var _ = dead.send(new ProducerRecord<>(
                    Topics.AUDIT.name(), session.interaction().getBytes(StandardCharsets.UTF_8), bytes));
            dead.flush();

            var body = Client.executeBody(session.interaction(), "firmware_version");
            long start = System.nanoTime();
            var first = on.agent().post("/v1/diagnostics/execute", body, "beside-the-dead");
            assertEquals(202, first.status(), first.text());
            assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 2_000);
            var again = on.agent().post("/v1/diagnostics/execute", body, "beside-the-dead");
            assertEquals(first.text(), again.text());
            dead.abortTransaction();
        }
    }

    @Test
    void keepsTheTraceOfARequest() {
        var session = on.open();
        var trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var request = on.agent()
                .request("/v1/diagnostics/execute")
                .header("traceparent", trace)
                .post(okhttp3.RequestBody.create(
                        Client.executeBody(session.interaction(), "ping_latency"),
                        okhttp3.MediaType.get("application/json")));
        assertEquals(202, on.agent().call(request).status());
        assertEquals(
                Optional.of(trace),
                on.site().wiretap.audits(session.interaction()).getLast().getTraceparent());
    }

    private static GenesysDirectory directory(GenesysServer genesys, GatewayConfig.RoleSource source, Http http) {
        var config = new GatewayConfig.Genesys(genesys.url(), genesys.url(), "probeline", "genesys-secret", source);
        return new GenesysDirectory(config.roleSource(), new GenesysClient(config, http.client(), World.real()));
    }
}
