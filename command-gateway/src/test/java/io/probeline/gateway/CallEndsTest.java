package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two gateways and the contact centre's notification channels: when a call is over, so is its session. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallEndsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private Site site;
    private Site.Gateway first;
    private Site.Gateway second;
    private LittleProcessor processor;

    @BeforeAll
    void open() throws IOException {
        site = Site.open();
        processor = site.processor();
        first = site.gateway();
        second = site.gateway();
    }

    @AfterAll
    void close() throws IOException {
        second.close();
        first.close();
        processor.close();
        site.close();
    }

    private List<String> calls(int number) {
        var calls = new ArrayList<String>();
        for (int i = 0; i < number; i++) {
            var call = site.unique("call");
            site.genesys.conversation(call, Site.AGENT);
            var reply = first.client(site.architect()).initiate(call, "customer-1", site.deviceOf("customer-1"));
            assertEquals(202, reply.status());
            calls.add(call);
        }
        return calls;
    }

    private String state(String call) {
        return state(call, site.agent());
    }

    private String state(String call, String token) {
        return first.client(token)
                .get("/v1/diagnostics/sessions/" + call)
                .json()
                .path("state")
                .asText();
    }

    private List<SessionRequest> closes(String call) {
        return site.wiretap.read(Topics.SESSION_REQUESTS).stream()
                .filter(each -> each.getKind() == RequestKind.CLOSE)
                .filter(each -> each.getInteractionId().equals(call))
                .toList();
    }

    private void watched(List<String> calls) {
        var topics = calls.stream().map(CallEvent::topic).toList();
        Await.equal("all calls watched", SOON, true, () -> site.genesys.topics().containsAll(topics));
        Await.equal("one channel a gateway", SOON, true, () -> site.genesys.notificationSockets() == 2);
    }

    @Test
    void theEndOfACallEndsItsSession() {
        var calls = calls(12);
        watched(calls);
        site.genesys.agentLeaves(calls.get(0), Site.AGENT);
        site.genesys.endConversation(calls.get(1));
        Await.equal("a closed session", SOON, "CLOSED", () -> state(calls.get(1)));
        site.genesys.repeatEnd(calls.get(1));

        // Nobody hears of this one, and nothing is replayed: it is asked for when the channel is back.
        site.genesys.loseNotifications(true);
        site.genesys.endConversation(calls.get(2));
        site.genesys.loseNotifications(false);
        site.genesys.dropNotificationSockets();
        Await.equal("a session whose end was missed", SOON, "CLOSED", () -> state(calls.get(2)));

        site.genesys.endNotificationSockets();
        watched(List.of(calls.get(0)));
        site.genesys.endConversation(calls.get(3));
        Await.equal("an end over the next channel", SOON, "CLOSED", () -> state(calls.get(3)));

        site.genesys.agentJoins(calls.get(0), Site.SENIOR);
        assertEquals("INITIATED", state(calls.get(0), site.senior()), "a transfer is no end");
        for (var ended : calls.subList(1, 4)) {
            var close = closes(ended);
            assertEquals(1, close.size(), ended);
            assertEquals("conversation_ended", close.getFirst().getReason().orElseThrow());
            assertEquals("system:genesys", close.getFirst().getRequestedBy());
        }
        assertTrue(site.wiretap.read(Topics.AUDIT).stream()
                .anyMatch(each -> each.getSubject().orElse("").equals("system:genesys")
                        && each.getInteractionId().orElse("").equals(calls.get(1))));
    }

    @Test
    void whatASocketSays() {
        assertEquals(
                new CallEvent.Ended("c-1"),
                CallEvent.of("{\"topicName\":\"v2.detail.events.conversation.c-1.customer.end\",\"eventBody\":{}}"));
        assertInstanceOf(CallEvent.Closing.class, CallEvent.of("{\"topicName\":\"v2.system.socket_closing\"}"));
        for (var other : List.of(
                "{\"topicName\":\"v2.detail.events.conversation.c-1.user.end\"}",
                "{\"topicName\":\"channel.metadata\",\"eventBody\":{\"message\":\"pong\"}}",
                "[]",
                "no JSON")) {
            assertInstanceOf(CallEvent.Other.class, CallEvent.of(other));
        }
    }
}
