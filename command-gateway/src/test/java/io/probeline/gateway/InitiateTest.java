package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.Site.Gateway;
import io.probeline.record.AuditAction;
import io.probeline.record.Decision;
import io.probeline.record.RequestKind;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.Topics;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Opening sessions, as Architect does it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InitiateTest {
    private Site site;
    private LittleProcessor processor;
    private Gateway gateway;

    @BeforeAll
    void open() throws Exception {
        site = Site.open();
        gateway = site.gateway();
        processor = site.processor();
    }

    @AfterAll
    void close() throws Exception {
        gateway.close();
        processor.close();
        site.close();
    }

    @Test
    void opensASessionWithItsCommandsInOneGo() {
        var device = site.deviceOf("customer-1");
        var interaction = site.unique("interaction");
        var reply = gateway.client(site.architect())
                .initiate(interaction, "customer-1", device, "ping_latency", "firmware_version");

        assertEquals(202, reply.status(), reply.text());
        assertEquals(
                List.of("status", "sessionId", "interactionId", "deviceId", "state", "commands"),
                reply.json().propertyStream().map(java.util.Map.Entry::getKey).toList());
        assertEquals("accepted", reply.json().path("status").asText());
        assertEquals("INITIATED", reply.json().path("state").asText());
        var ids = StreamSupport.stream(reply.json().path("commands").spliterator(), false)
                .map(each -> each.path("commandId").asText())
                .toList();
        assertEquals(2, ids.size());
        var commands = site.wiretap.read(Topics.commands(new DeviceId(device)));
        assertEquals(ids, commands.stream().map(each -> each.getCommandId()).toList());
        assertEquals(
                List.of("ping_latency", "firmware_version"),
                commands.stream().map(each -> each.getCommand()).toList());
        var request = site.wiretap.read(Topics.SESSION_REQUESTS).stream()
                .filter(each -> each.getDeviceId().equals(device))
                .toList();
        assertEquals(
                List.of(RequestKind.OPEN),
                request.stream().map(each -> each.getKind()).toList());
        var audit = site.wiretap.read(Topics.AUDIT).stream()
                .filter(each -> each.getDeviceId().equals(java.util.Optional.of(device)))
                .toList();
        assertEquals(1, audit.size());
        assertEquals(AuditAction.INITIATE, audit.getFirst().getAction());
        assertEquals(Decision.ACCEPTED, audit.getFirst().getDecision());
        assertEquals(reply.text(), audit.getFirst().getAnswer().orElse(""));
        assertTrue(audit.getFirst().getSubject().orElse("").equals(Site.ARCHITECT));
    }
}
