package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.SharedSite.Running;
import io.probeline.record.Command;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two gateways over one Kafka: whichever is asked, the answer is the same. */
@ExtendWith(SharedSite.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoGatewaysTest {
    private final Running on;
    private Site.Gateway other;

    TwoGatewaysTest(Running on) {
        this.on = on;
    }

    @BeforeAll
    void second() {
        other = on.site().gateway();
    }

    @AfterAll
    void close() {
        other.close();
    }

    @Test
    void theSecondKnowsTheFirstsAnswersAtOnce() {
        var session = on.open("ping_latency");
        for (int i = 0; i < 20; i++) {
            var key = on.site().unique("key");
            var body = Client.executeBody(session.interaction(), "firmware_version");
            var here = on.agent().post("/v1/diagnostics/execute", body, key);
            var there = other.client(on.site().agent()).post("/v1/diagnostics/execute", body, key);
            assertEquals(202, here.status());
            assertEquals(here.text(), there.text());
            var conflict = Client.executeBody(session.interaction(), "ping_latency");
            assertEquals(
                    "409 idempotency_conflict",
                    other.client(on.site().agent())
                            .post("/v1/diagnostics/execute", conflict, key)
                            .refusal());
        }
        assertEquals(
                21,
                on.site()
                        .wiretap
                        .read(Topics.commands(new DeviceId(session.device())))
                        .size());
    }

    @Test
    void theSecondKnowsTheFirstsSessionsAtOnce() {
        for (int i = 0; i < 10; i++) {
            var session = on.open();
            var there = other.client(on.site().architect());
            var again = there.initiate(session.interaction(), "customer-1", session.device());
            assertEquals(session.sessionId(), again.json().path("sessionId").asText());
            assertEquals(
                    "409 device_busy",
                    there.initiate(on.site().unique("interaction"), "customer-1", session.device())
                            .refusal());
            var agent = other.client(on.site().agent());
            assertEquals(
                    202, agent.execute(session.interaction(), "ping_latency").status());
            assertEquals(202, agent.post(session.path() + "/close", "{}").status());
            // The first may believe it open for a moment more; the bridge ends such a command as session_closed.
            Await.equal(
                    "a closed session",
                    Duration.ofSeconds(5),
                    409,
                    () -> on.agent()
                            .execute(session.interaction(), "ping_latency")
                            .status());
        }
    }

    @Test
    void onlyOneOfManyInteractionsGetsADevice() throws ExecutionException, InterruptedException {
        var device = on.site().deviceOf("customer-1");
        var replies = new ArrayList<Future<Client.Reply>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                var client =
                        (i % 2 == 0 ? on.gateway() : other).client(on.site().architect());
                var interaction = on.site().unique("interaction");
                replies.add(threads.submit(() -> client.initiate(interaction, "customer-1", device)));
            }
        }
        int accepted = 0;
        for (var each : replies) {
            var reply = each.get();
            accepted += reply.status() == 202 ? 1 : 0;
            assertTrue(reply.status() == 202 || reply.refusal().equals("409 device_busy"), reply.toString());
        }
        assertEquals(1, accepted);
    }

    @Test
    void oneInteractionThatComesTwiceGetsOneSession() throws ExecutionException, InterruptedException {
        for (int round = 0; round < 5; round++) {
            var device = on.site().deviceOf("customer-1");
            var interaction = on.site().unique("interaction");
            var sessions = new HashSet<String>();
            var commands = new HashSet<List<String>>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var replies = new ArrayList<Future<Client.Reply>>();
                for (var gateway : List.of(on.gateway(), other, on.gateway(), other)) {
                    var client = gateway.client(on.site().architect());
                    replies.add(threads.submit(
                            () -> client.initiate(interaction, "customer-1", device, "ping_latency", "channel_scan")));
                }
                for (var each : replies) {
                    var reply = each.get();
                    assertEquals(202, reply.status(), reply.text());
                    sessions.add(reply.json().path("sessionId").asText());
                    commands.add(reply.json().path("commands").findValuesAsText("commandId"));
                }
            }
            assertEquals(1, sessions.size());
            assertEquals(1, commands.size());
        }
    }

    /** Both may find that there is no session yet; what each has promised under an id is what stands in the queue under it. */
    @Test
    void oneInteractionThatComesTwiceWithOtherCommandsGetsEachOfThem() throws ExecutionException, InterruptedException {
        for (int round = 0; round < 5; round++) {
            var device = on.site().deviceOf("customer-1");
            var interaction = on.site().unique("interaction");
            var promised = new ArrayList<Map.Entry<String, String>>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var here = on.gateway().client(on.site().architect());
                var there = other.client(on.site().architect());
                var replies = List.of(
                        threads.submit(() -> here.initiate(interaction, "customer-1", device, "ping_latency")),
                        threads.submit(() -> there.initiate(interaction, "customer-1", device, "firmware_version")));
                for (var each : replies) {
                    assertEquals(202, each.get().status(), each.get().text());
                    for (var command : each.get().json().path("commands")) {
                        promised.add(Map.entry(
                                command.path("commandId").asText(),
                                command.path("command").asText()));
                    }
                }
            }
            var queue = on.site().wiretap.read(Topics.commands(new DeviceId(device))).stream()
                    .map(each -> Map.entry(each.getCommandId(), each.getCommand()))
                    .toList();
            assertTrue(queue.containsAll(promised), promised + " were promised, and there are " + queue);
            assertEquals(
                    queue.size(),
                    queue.stream().map(Map.Entry::getKey).distinct().count(),
                    "one id for " + queue);
        }
    }

    @Test
    void oneKeyAtBothInTheSameMomentIsOneCommand() throws ExecutionException, InterruptedException {
        var session = on.open();
        for (int round = 0; round < 10; round++) {
            var key = on.site().unique("key");
            var body = Client.executeBody(session.interaction(), "firmware_version");
            var ids = new HashSet<String>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var replies = new ArrayList<Future<Client.Reply>>();
                for (var gateway : List.of(on.gateway(), other)) {
                    var client = gateway.client(on.site().agent());
                    replies.add(threads.submit(() -> client.post("/v1/diagnostics/execute", body, key)));
                }
                for (var each : replies) {
                    ids.add(each.get().json().path("commandId").asText());
                }
            }
            assertEquals(1, ids.size());
        }
    }

    /** Neither can know of the other. What is promised under the one id is the first of the queue; the lane passes the other over. */
    @Test
    void oneKeyWithTwoBodiesAtBothInTheSameMomentIsOneCommand() throws ExecutionException, InterruptedException {
        var session = on.open();
        var ids = new HashSet<String>();
        for (int round = 0; round < 10; round++) {
            var key = on.site().unique("key");
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var here = on.gateway().client(on.site().agent());
                var there = other.client(on.site().agent());
                var replies = List.of(
                        threads.submit(() -> here.post(
                                "/v1/diagnostics/execute",
                                Client.executeBody(session.interaction(), "ping_latency"),
                                key)),
                        threads.submit(() -> there.post(
                                "/v1/diagnostics/execute",
                                Client.executeBody(session.interaction(), "firmware_version"),
                                key)));
                var promised = new HashSet<String>();
                for (var each : replies) {
                    var reply = each.get();
                    if (reply.status() == 202) {
                        promised.add(reply.json().path("commandId").asText());
                    } else {
                        assertEquals("409 idempotency_conflict", reply.refusal());
                    }
                }
                assertEquals(1, promised.size(), promised::toString);
                ids.addAll(promised);
            }
        }
        var queue = on.site().wiretap.read(Topics.commands(new DeviceId(session.device()))).stream()
                .map(Command::getCommandId)
                .toList();
        assertEquals(ids, new HashSet<>(queue), "an id for each key");
    }
}
