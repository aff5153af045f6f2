package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.gateway.SharedSite.Running;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An agent with a good token, and the interaction of somebody else's call. */
class ForeignCallTest {
    /** On a site of its own: other tests use up the contact centre's quota, and then nobody can be asked. */
    @Test
    void anotherAgentsSessionIsNoSession() throws IOException {
        var site = Site.open();
        try (var on = new Running(site, site.gateway(), site.processor())) {
            anotherAgentsSessionIsNoSession(on);
        }
    }

    private static void anotherAgentsSessionIsNoSession(Running on) {
        var session = on.open("ping_latency");
        on.site().genesys.conversation(session.interaction(), Site.AGENT);
        var foreign = on.senior();
        var refused = List.of(
                foreign.get(session.path()),
                foreign.get(session.path() + "/events"),
                foreign.execute(session.interaction(), "ping_latency"),
                foreign.execute(session.interaction(), "reboot_module"),
                foreign.delete(session.path() + "/commands/c1"),
                foreign.post(session.path() + "/close", ""));
        for (var reply : refused) {
            assertEquals("404 no_session", reply.refusal());
        }

        assertEquals(200, on.agent().get(session.path()).status());
        assertEquals(
                202, on.agent().execute(session.interaction(), "ping_latency").status());

        on.site().genesys.agentJoins(session.interaction(), Site.SENIOR);
        Await.equal(
                "the agent who has joined",
                Duration.ofSeconds(20),
                200,
                () -> foreign.get(session.path()).status());
    }
}
