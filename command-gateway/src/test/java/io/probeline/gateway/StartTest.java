package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.SharedSite.Running;
import io.probeline.record.DeviceEventKind;
import io.probeline.runtime.Running.StartFailed;
import io.probeline.runtime.Settings;
import io.probeline.runtime.World;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How it starts, how it ends, and what it knows when it starts again. */
@ExtendWith(SharedSite.class)
class StartTest {
    private final Running on;

    StartTest(Running on) {
        this.on = on;
    }

    @Test
    void knowsAfterwardsWhatItKnewBefore() {
        var session = on.open("ping_latency");
        var agent = on.agent();
        var body = Client.executeBody(session.interaction(), "firmware_version");
        var first = agent.post("/v1/diagnostics/execute", body, "start-key");
        var id = session.reply().json().at("/commands/0/commandId").asText();
        on.site()
                .wiretap
                .write(
                        Topics.DEVICE_EVENTS,
                        session.device(),
                        Records.event(session, DeviceEventKind.CONNECTED).build());
        on.site()
                .wiretap
                .write(
                        Topics.DEVICE_EVENTS,
                        session.device(),
                        Records.command(session, DeviceEventKind.COMMAND_DONE, id, "ping_latency"));
        on.site().wiretap.write(Topics.AGGREGATES, session.interaction(), Records.window(session, -71.5));
        Await.until(
                "an aggregate",
                Duration.ofSeconds(5),
                () -> !agent.get(session.path())
                        .json()
                        .at("/aggregates/signal_strength")
                        .isMissingNode());
        var before = agent.get(session.path()).json();
        try (var gateway = on.site().gateway()) {
            var again = gateway.client(on.site().agent());
            assertEquals(before, again.get(session.path()).json());
            assertEquals(
                    first.text(),
                    again.post("/v1/diagnostics/execute", body, "start-key").text());
            assertEquals(
                    2,
                    again.execute(session.interaction(), "ping_latency")
                                    .json()
                                    .path("position")
                                    .asInt()
                            + 1);
        }
    }

    @Test
    void saysInOneLineThatItsPortIsTaken() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var failure = assertThrows(
                    StartFailed.class,
                    () -> CommandGateway.start(
                            on.site().config().with(new GatewayConfig.Listen("127.0.0.1", taken.getLocalPort(), 0)),
                            World.real()));
            assertEquals("HTTP_PORT " + taken.getLocalPort() + " is taken by another process", failure.getMessage());
        }
    }

    @Test
    void endsSoonAlsoWithReaders() throws IOException {
        var session = on.open();
        var gateway = on.site().gateway();
        try (var reader = EventReader.open(gateway.client(on.site().agent()), session.path(), Optional.empty())) {
            reader.await("session", 0);
            long start = System.nanoTime();
            gateway.close();
            assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 5_000);
            Await.until("the stream's end", Duration.ofSeconds(5), reader::ended);
        }
    }

    @Test
    void readsItsSettings() {
        var config = GatewayConfig.from(Settings.of(settings()));
        assertEquals(9_123, config.listen().httpPort());
        assertEquals("probeline", config.oidc().audience());
        assertEquals(
                new GatewayConfig.RoleSource.CustomAttribute("schema-1"),
                config.genesys().roleSource());
        assertTrue(!config.genesys().toString().contains("hidden"));
    }

    @Test
    void reportsEveryProblemAtOnce() {
        var settings = Settings.of(
                Map.of("HTTP_PORT", "x", "GENESYS_ROLE_SOURCE", "guess", "COMMAND_CATALOGUE", "/nowhere.yaml"));
        var _ = GatewayConfig.from(settings);
        var problems = assertThrows(Settings.Invalid.class, settings::check).problems();
        for (var name : List.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                "SCHEMA_REGISTRY_URL",
                "HTTP_PORT",
                "OIDC_ISSUER",
                "OWNERSHIP_URL",
                "GENESYS_API_URL",
                "GENESYS_CLIENT_ID",
                "GENESYS_CLIENT_SECRET",
                "GENESYS_ROLE_SOURCE",
                "GENESYS_ROLE_SCHEMA_ID",
                "COMMAND_CATALOGUE")) {
            assertEquals(
                    1, problems.stream().filter(each -> each.startsWith(name)).count(), name + " in " + problems);
        }
    }

    private static Map<String, String> settings() {
        var all = new HashMap<String, String>();
        all.put("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092");
        all.put("SCHEMA_REGISTRY_URL", "http://localhost:8081");
        all.put("HTTP_PORT", "9123");
        all.put("OIDC_ISSUER", "https://issuer.example/");
        all.put("OWNERSHIP_URL", "http://localhost:1");
        all.put("GENESYS_API_URL", "https://api.mypurecloud.ie");
        all.put("GENESYS_LOGIN_URL", "https://login.mypurecloud.ie");
        all.put("GENESYS_CLIENT_ID", "client");
        all.put("GENESYS_CLIENT_SECRET", "hidden");
        all.put("GENESYS_ROLE_SCHEMA_ID", "schema-1");
        return Map.copyOf(all);
    }
}
