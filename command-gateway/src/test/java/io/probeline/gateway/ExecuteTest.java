package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.SharedSite.Running;
import io.probeline.gateway.SharedSite.Session;
import io.probeline.record.Command;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Commands of an agent: given, looked at, cancelled. */
@ExtendWith(SharedSite.class)
class ExecuteTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Running on;

    ExecuteTest(Running on) {
        this.on = on;
    }

    @Test
    void queuesACommandWithItsRecord() {
        var session = on.open();
        var body =
                "{\"interactionId\":\"%s\",\"command\":\"channel_scan\",\"params\":{\"duration\":\"10s\"},\"more\":1}"
                        .formatted(session.interaction());
        var reply = on.agent().post("/v1/diagnostics/execute", body);

        assertEquals(202, reply.status(), reply.text());
        var id = reply.json().path("commandId").asText();
        assertEquals(
                "{\"commandId\":\"%s\",\"command\":\"channel_scan\",\"state\":\"QUEUED\",\"position\":0}".formatted(id),
                reply.text());
        var command = commands(session).getFirst();
        assertEquals(id, command.getCommandId());
        assertEquals(session.sessionId(), command.getSessionId());
        assertEquals(1, command.getGeneration());
        assertEquals("{\"duration\":\"10s\"}", command.getParams());
        assertEquals(25_000, command.getDeadlineMillis());
        assertEquals(Site.AGENT, command.getRequestedBy());
        assertEquals(command.getRequestedAt().plus(Duration.ofMinutes(15)), command.getExpiresAt());
        var audit = on.site().wiretap.audits(session.interaction()).getLast();
        assertEquals(Optional.of(id), audit.getCommandId());
        assertEquals(Optional.of("{\"duration\":\"10s\"}"), audit.getParams());
    }

    @Test
    void givesPositionsInTheOrderOfTheTopicToManyAtOnce() throws ExecutionException, InterruptedException {
        var session = on.open("ping_latency");
        var agent = on.agent();
        var replies = new ArrayList<Future<Client.Reply>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                replies.add(threads.submit(() -> agent.execute(session.interaction(), "firmware_version")));
            }
        }
        var places = commands(session).stream().map(Command::getCommandId).toList();
        assertEquals(61, new HashSet<>(places).size());
        for (var each : replies) {
            var answer = each.get().json();
            assertEquals(
                    places.indexOf(answer.path("commandId").asText()),
                    answer.path("position").asInt());
        }
        var metrics = on.agent().get("/metrics").text();
        double transactions = metric(metrics, "probeline_journal_transactions_total", "committed");
        double entries = metric(metrics, "probeline_journal_entries_total", "committed");
        assertTrue(entries > transactions, entries + " entries in " + transactions + " transactions");
    }

    @Test
    void showsTheQueueAndWhatCameOut() {
        var session = on.open("ping_latency");
        var second = on.agent()
                .execute(session.interaction(), "firmware_version")
                .json()
                .path("commandId")
                .asText();
        var first =
                on.agent().get(session.path()).json().at("/queue/0/commandId").asText();
        on.site()
                .wiretap
                .write(
                        Topics.DEVICE_EVENTS,
                        session.device(),
                        Records.command(session, DeviceEventKind.COMMAND_DONE, first, "ping_latency"));

        Await.equal(
                "one that waits",
                SOON,
                1,
                () -> on.agent().get(session.path()).json().path("queue").size());
        var now = on.agent().get(session.path()).json();
        assertEquals(second, now.at("/queue/0/commandId").asText());
        assertEquals(0, now.at("/queue/0/position").asInt());
        assertEquals(first, now.at("/results/0/commandId").asText());
        assertEquals("ok", now.at("/results/0/outcome").asText());
    }

    @Test
    void cancelsOnce() {
        var session = on.open("ping_latency", "firmware_version");
        var id = on.agent().get(session.path()).json().at("/queue/1/commandId").asText();
        var reply = on.agent().delete(session.path() + "/commands/" + id);

        assertEquals(202, reply.status(), reply.text());
        assertEquals("QUEUED", reply.json().path("state").asText());
        Await.equal(
                "a cancel that is known",
                SOON,
                202,
                () -> on.agent().delete(session.path() + "/commands/" + id).status());
        var cancels = on.site().wiretap.read(Topics.SESSION_REQUESTS).stream()
                .filter(each -> each.getKind() == RequestKind.CANCEL
                        && each.getDeviceId().equals(session.device()))
                .toList();
        assertEquals(
                List.of(Optional.of(id)),
                cancels.stream().map(SessionRequest::getCommandId).distinct().toList());
    }

    @Test
    void doesNotCancelWhatIsNotThere() {
        var session = on.open("ping_latency");
        assertEquals(
                "404 no_command",
                on.agent().delete(session.path() + "/commands/nothing").refusal());
        var id = session.reply().json().at("/commands/0/commandId").asText();
        on.site()
                .wiretap
                .write(
                        Topics.DEVICE_EVENTS,
                        session.device(),
                        Records.command(session, DeviceEventKind.COMMAND_DONE, id, "ping_latency"));
        Await.equal("too late", SOON, "409 command_done", () -> {
            var reply = on.agent().delete(session.path() + "/commands/" + id);
            return reply.status() == 202 ? "202" : reply.refusal();
        });
    }

    @Test
    void givesTheFirstAnswerAgainUnderTheSameKey() {
        var session = on.open("ping_latency");
        var body = Client.executeBody(session.interaction(), "firmware_version");
        var first = on.agent().post("/v1/diagnostics/execute", body, "key-1");
        var again = on.agent().post("/v1/diagnostics/execute", body, "key-1");
        var other = on.agent()
                .post("/v1/diagnostics/execute", Client.executeBody(session.interaction(), "ping_latency"), "key-1");

        assertEquals(202, first.status());
        assertEquals(first.text(), again.text());
        assertEquals("409 idempotency_conflict", other.refusal());
        assertEquals(
                202, on.senior().post("/v1/diagnostics/execute", body, "key-1").status());
        assertEquals(3, commands(session).size());
    }

    @Test
    void runsAKeyOnceHoweverManyComeAtOnce() throws ExecutionException, InterruptedException {
        var session = on.open();
        var agent = on.agent();
        var body = Client.executeBody(session.interaction(), "firmware_version");
        var answers = new HashSet<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Client.Reply>>();
            for (int i = 0; i < 30; i++) {
                all.add(threads.submit(() -> agent.post("/v1/diagnostics/execute", body, "key-2")));
            }
            for (var each : all) {
                answers.add(each.get().text());
            }
        }
        assertEquals(1, answers.size());
        assertEquals(1, commands(session).size());
    }

    @Test
    void refusesWhenTheQueueIsFull() {
        var session = on.open();
        var agent = on.gateway().client(on.site().agent());
        var refused = new java.util.concurrent.atomic.AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < Execute.QUEUE + 20; i++) {
                threads.execute(() -> {
                    while (true) {
                        var reply = agent.execute(session.interaction(), "ping_latency");
                        if (reply.status() == 202) {
                            return;
                        }
                        if (reply.refusal().equals("429 queue_full")) {
                            refused.incrementAndGet();
                            return;
                        }
                    }
                });
            }
        }
        assertEquals(20, refused.get());
        assertEquals(Execute.QUEUE, commands(session).size());
    }

    private List<Command> commands(Session session) {
        return on.site().wiretap.read(Topics.commands(new DeviceId(session.device())));
    }

    private static double metric(String text, String name, String outcome) {
        return text.lines()
                .filter(line -> line.startsWith(name) && line.contains("\"" + outcome + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
