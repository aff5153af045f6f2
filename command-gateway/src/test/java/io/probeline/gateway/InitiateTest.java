package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.probeline.gateway.SharedSite.Running;
import io.probeline.record.AuditAction;
import io.probeline.record.AuditRecord;
import io.probeline.record.Command;
import io.probeline.record.Decision;
import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.Ids;
import io.probeline.schemas.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Opening sessions, as Architect does it. */
@ExtendWith(SharedSite.class)
class InitiateTest {
    private final Running on;

    InitiateTest(Running on) {
        this.on = on;
    }

    @Test
    void opensASessionWithItsCommandsInOneGo() {
        var session = on.open("ping_latency", "channel_scan");
        var answer = session.reply().json();

        assertEquals(
                List.of("status", "sessionId", "interactionId", "deviceId", "state", "commands"),
                answer.propertyStream().map(Map.Entry::getKey).toList());
        assertEquals("accepted", answer.path("status").asText());
        assertEquals("INITIATED", answer.path("state").asText());
        assertEquals(
                Ids.derived("session", session.interaction(), session.device(), "1"),
                answer.path("sessionId").asText());

        var commands = on.site().wiretap.read(Topics.commands(new DeviceId(session.device())));
        assertEquals(
                List.of("ping_latency", "channel_scan"),
                commands.stream().map(Command::getCommand).toList());
        assertEquals(
                answer.path("commands").findValuesAsText("commandId"),
                commands.stream().map(Command::getCommandId).toList());
        assertEquals("{\"duration\":\"30s\"}", commands.getLast().getParams());
        assertEquals(45_000, commands.getLast().getDeadlineMillis());

        var requests = requests(session.device());
        assertEquals(
                List.of(RequestKind.OPEN),
                requests.stream().map(SessionRequest::getKind).toList());
        assertEquals(2, requests.getFirst().getCommands().size());

        var audit = audits(session.interaction());
        assertEquals(1, audit.size());
        assertEquals(AuditAction.INITIATE, audit.getFirst().getAction());
        assertEquals(Decision.ACCEPTED, audit.getFirst().getDecision());
        assertEquals(Optional.of(session.reply().text()), audit.getFirst().getAnswer());
        assertEquals(Optional.of(Site.ARCHITECT), audit.getFirst().getSubject());
    }

    @Test
    void answersARepeatWithTheSessionThatStands() {
        var session = on.open("ping_latency");
        var again = on.architect().initiate(session.interaction(), "customer-1", session.device(), "ping_latency");

        assertEquals(202, again.status());
        assertEquals(session.reply().json(), again.json());
        assertEquals(1, requests(session.device()).size());
        assertEquals(
                1,
                on.site()
                        .wiretap
                        .read(Topics.commands(new DeviceId(session.device())))
                        .size());
        assertEquals(2, audits(session.interaction()).size());
    }

    /** Of several at once, only the first is known when the others are asked about. */
    @Test
    void opensOneSessionUnderOneKeyHoweverManyBodiesComeAtOnce() throws ExecutionException, InterruptedException {
        var answers = new ArrayList<String>();
        var architect = on.gateway().client(on.site().architect());
        var key = on.site().unique("key");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<Client.Reply>>();
            for (int i = 0; i < 10; i++) {
                var body = Client.initiateBody(
                        on.site().unique("call"), "customer-1", on.site().deviceOf("customer-1"));
                all.add(threads.submit(() -> architect.post("/v1/diagnostics/initiate", body, key)));
            }
            for (var each : all) {
                var reply = each.get();
                answers.add(reply.status() == 202 ? "202" : reply.refusal());
            }
        }
        assertEquals(1, Collections.frequency(answers, "202"), answers::toString);
        assertEquals(9, Collections.frequency(answers, "409 idempotency_conflict"), answers::toString);
    }

    @Test
    void opensWithoutCommands() {
        assertEquals(0, on.open().reply().json().path("commands").size());
    }

    @Test
    void refusesADeviceInAnotherInteractionsSession() {
        var session = on.open();
        var other = on.site().unique("interaction");

        assertEquals(
                "409 device_busy",
                on.architect().initiate(other, "customer-1", session.device()).refusal());
        assertEquals(Optional.of("device_busy"), audits(other).getFirst().getCode());
    }

    @Test
    void refusesASecondDeviceInOneInteraction() {
        var session = on.open();
        var second = on.site().deviceOf("customer-1");

        assertEquals(
                "409 interaction_busy",
                on.architect()
                        .initiate(session.interaction(), "customer-1", second)
                        .refusal());
    }

    @Test
    void refusesTheWholeRequestForOneCommandThatIsNotAllowed() {
        var device = on.site().deviceOf("customer-1");
        var interaction = on.site().unique("interaction");
        var caller = on.architect();

        assertEquals(
                "403 command_not_allowed",
                caller.initiate(interaction, "customer-1", device, "ping_latency", "factory_reset")
                        .refusal());
        assertEquals(
                "403 role_required",
                caller.initiate(interaction, "customer-1", device, "ping_latency", "reboot_module")
                        .refusal());
        assertEquals(List.of(), requests(device));
        assertEquals(
                "404 no_session",
                on.agent().execute(interaction, "ping_latency").refusal());
    }

    @Test
    void refusesADeviceThatTheCustomerDoesNotOwn() {
        var device = on.site().deviceOf("customer-1");
        var interaction = on.site().unique("interaction");

        assertEquals(
                "403 not_owner",
                on.architect().initiate(interaction, "customer-2", device).refusal());
        assertEquals(
                "403 not_owner",
                on.architect().initiate(interaction, "..", device).refusal());
        assertEquals(List.of(), requests(device));
        assertEquals(Optional.of("customer-2"), audits(interaction).getFirst().getCustomerId());
    }

    @Test
    void opensTheNextGenerationAfterAClose() {
        var session = on.open();
        assertEquals(202, on.architect().post(session.path() + "/close", "{}").status());

        assertEquals(
                "409 session_closed",
                on.agent().execute(session.interaction(), "ping_latency").refusal());
        var next = on.architect().initiate(session.interaction(), "customer-1", session.device());
        assertEquals(202, next.status(), next.text());
        assertNotEquals(session.sessionId(), next.json().path("sessionId").asText());
        assertEquals(
                List.of(1L, 1L, 2L),
                requests(session.device()).stream()
                        .map(SessionRequest::getGeneration)
                        .toList());
        assertEquals(
                202, on.agent().execute(session.interaction(), "ping_latency").status());
    }

    private List<SessionRequest> requests(String device) {
        return on.site().wiretap.read(Topics.SESSION_REQUESTS).stream()
                .filter(each -> each.getDeviceId().equals(device))
                .toList();
    }

    private List<AuditRecord> audits(String interaction) {
        return on.site().wiretap.audits(interaction);
    }
}
