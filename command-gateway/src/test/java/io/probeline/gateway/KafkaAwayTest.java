package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Command;
import io.probeline.record.DeviceEventKind;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import io.probeline.testkit.TcpProxy;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** When Kafka can't take it: nothing was recorded, nothing will run, and it says so in time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KafkaAwayTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private Site site;
    private TcpProxy wire;
    private Site.Gateway gateway;
    private LittleProcessor processor;

    /** The gateway reaches the broker by a listener of its own, through a wire that the test can cut; the test by the other. */
    @BeforeAll
    void open() throws IOException {
        int plain = freePort();
        int wired = freePort();
        int controller = freePort();
        wire = TcpProxy.to(wired);
        site = Site.open(
                plain,
                Map.of(
                        "listeners",
                        "PLAINTEXT://127.0.0.1:%d,WIRED://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                                .formatted(plain, wired, controller),
                        "advertised.listeners",
                        "PLAINTEXT://127.0.0.1:%d,WIRED://127.0.0.1:%d".formatted(plain, wire.port()),
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,WIRED:PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "controller.quorum.voters",
                        "1@127.0.0.1:" + controller));
        gateway = site.gateway(site.config(KafkaSettings.at("127.0.0.1:" + wire.port())));
        processor = site.processor();
    }

    @AfterAll
    void close() throws IOException {
        gateway.close();
        processor.close();
        wire.close();
        site.close();
    }

    @Test
    void recordsAllOrNothingWhateverTheWireDoes() throws IOException, ExecutionException, InterruptedException {
        var device = site.deviceOf("customer-1");
        var interaction = site.unique("interaction");
        assertEquals(
                202,
                gateway.client(site.architect())
                        .initiate(interaction, "customer-1", device)
                        .status());
        var agent = gateway.client(site.agent());
        var accepted = new HashSet<String>();
        var uncertain = 0;
        for (int round = 0; round < 4; round++) {
            var replies = new ArrayList<Future<Client.Reply>>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 20; i++) {
                    replies.add(threads.submit(() -> agent.execute(interaction, "ping_latency")));
                }
                if (round % 2 == 0) {
                    wire.cut();
                } else {
                    wire.refuse(true);
                    wire.cut();
                }
            }
            for (var each : replies) {
                var reply = each.get();
                assertTrue(java.util.Set.of(202, 503, 504).contains(reply.status()), reply.toString());
                uncertain += reply.status() == 504 ? 1 : 0;
                if (reply.status() == 202) {
                    accepted.add(reply.json().path("commandId").asText());
                }
            }
            wire.refuse(false);
            Await.equal("a gateway that takes commands", SOON, 202, () -> {
                var reply = agent.execute(interaction, "ping_latency");
                if (reply.status() == 202) {
                    accepted.add(reply.json().path("commandId").asText());
                }
                return reply.status();
            });
        }
        var written = new HashSet<String>();
        for (var command : site.wiretap.read(Topics.commands(new DeviceId(device)))) {
            assertTrue(written.add(command.getCommandId()));
        }
        var recorded = new HashSet<String>();
        site.wiretap.audits(interaction).forEach(each -> each.getCommandId().ifPresent(recorded::add));
        assertEquals(written, recorded, "a command without a record, or a record without a command");
        assertTrue(written.containsAll(accepted), "a 202 without a command");
        assertTrue(written.size() <= accepted.size() + uncertain, "a command behind a 503");
    }

    @Test
    void saysSoInTimeWhileKafkaIsSilentAndGoesOnAfterwards() {
        var device = site.deviceOf("customer-1");
        var interaction = site.unique("interaction");
        var architect = gateway.client(site.architect());
        var agent = gateway.client(site.agent());
        assertEquals(202, architect.initiate(interaction, "customer-1", device).status());
        wire.blackHole(true);
        try {
            for (int i = 0; i < 3; i++) {
                long start = System.nanoTime();
                var reply = agent.execute(interaction, "ping_latency");
                assertEquals("503 unavailable", reply.refusal());
                assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 3_500);
            }
            assertEquals(
                    "503 unavailable",
                    architect
                            .initiate(site.unique("interaction"), "customer-1", device)
                            .refusal());
            assertEquals(
                    "503 unavailable",
                    agent.execute(interaction, "factory_reset").refusal());
            assertEquals(
                    200, agent.get("/v1/diagnostics/sessions/" + interaction).status());
            Await.equal("not ready", SOON, 503, () -> agent.get("/health/ready").status());
        } finally {
            wire.blackHole(false);
        }
        Await.equal(
                "a gateway that takes commands",
                SOON,
                202,
                () -> agent.execute(interaction, "ping_latency").status());
        Await.equal("ready", SOON, 200, () -> agent.get("/health/ready").status());
        var commands = site.wiretap.read(Topics.commands(new DeviceId(device)));
        assertEquals(1, commands.stream().map(Command::getCommandId).distinct().count(), "a command behind a 503");
    }

    /** The views' readers come back with nothing then, as if there were nothing new; and nobody gives a command by which it would show. */
    @Test
    void showsNoDeviceAsThereWhileKafkaIsSilent() throws IOException {
        var device = site.deviceOf("customer-1");
        var interaction = site.unique("interaction");
        var opened = gateway.client(site.architect()).initiate(interaction, "customer-1", device);
        var session = new SharedSite.Session(
                interaction, device, opened.json().path("sessionId").asText(), opened);
        var agent = gateway.client(site.agent());
        try (var reader = EventReader.open(agent, session.path(), Optional.empty())) {
            site.wiretap.write(
                    Topics.DEVICE_EVENTS,
                    device,
                    Records.event(session, DeviceEventKind.CONNECTED).build());
            Await.equal("a device that is there", SOON, "LIVE", () -> presence(reader));
            wire.blackHole(true);
            try {
                Await.equal("a doubt", SOON, "SUSPECT", () -> presence(reader));
                var look = agent.get(session.path());
                assertEquals("SUSPECT", look.json().at("/presence/status").asText(), look.text());
                var health = agent.get("/health/ready");
                assertEquals(503, health.status());
                assertTrue(health.text().contains("it shows the past"), health.text());
            } finally {
                wire.blackHole(false);
            }
            Await.equal("no doubt", SOON, "LIVE", () -> presence(reader));
            Await.equal("ready", SOON, 200, () -> agent.get("/health/ready").status());
        }
    }

    private static String presence(EventReader reader) {
        var told = reader.all("session");
        return told.isEmpty()
                ? "nothing"
                : told.getLast().data().at("/presence/status").asText();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
