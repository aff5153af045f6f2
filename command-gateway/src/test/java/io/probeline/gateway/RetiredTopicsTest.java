package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.SharedSite.Running;
import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A command topic goes a day after its device's last session, and never with a command in it that was accepted. */
@ExtendWith(SharedSite.class)
class RetiredTopicsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Running on;
    private final Instant inTwoDays = Instant.now().plus(Duration.ofDays(2));

    RetiredTopicsTest(Running on) {
        this.on = on;
    }

    private String closed() {
        var session = on.open();
        assertEquals(202, on.agent().post(session.path() + "/close", "{}").status());
        Await.equal(
                "a closed session",
                SOON,
                "CLOSED",
                () -> on.agent().get(session.path()).json().path("state").asText());
        return session.device();
    }

    private Set<String> topics() throws Exception {
        try (var admin = Admin.create(
                KafkaSettings.at(on.site().kafka.bootstrapServers()).client("retired"))) {
            return admin.listTopics().names().get();
        }
    }

    private static String topic(String device) {
        return Topics.commands(new DeviceId(device)).name();
    }

    private Client.Reply initiate(Site.Gateway gateway, String device) {
        return gateway.client(on.site().architect())
                .initiate(on.site().unique("interaction"), "customer-1", device, "ping_latency");
    }

    @Test
    void aSessionThatOpensInTheMomentOfRemovalLosesNothing() throws Exception {
        try (var other = on.site().gateway()) {
            var idle = closed();
            var racing = closed();
            var running = on.open("ping_latency");
            var janitor = on.gateway().running().part(Janitor.class).orElseThrow();
            Map<DeviceId, Uuid> marked = janitor.mark(inTwoDays);
            assertTrue(marked.containsKey(new DeviceId(idle)) && marked.containsKey(new DeviceId(racing)));
            assertFalse(marked.containsKey(new DeviceId(running.device())));

            // After the mark nobody writes to a topic that goes, whichever gateway is asked.
            assertEquals("503 unavailable", initiate(other, idle).refusal());

            // Another gateway had looked before the mark, and writes only now.
            var before = on.site().wiretap.read(Topics.SESSION_REQUESTS).stream()
                    .filter(each -> each.getDeviceId().equals(racing) && each.getKind() == RequestKind.OPEN)
                    .findFirst()
                    .orElseThrow();
            on.site()
                    .wiretap
                    .write(
                            Topics.SESSION_REQUESTS,
                            racing,
                            SessionRequest.newBuilder(before)
                                    .setGeneration(before.getGeneration() + 1)
                                    .setSessionId("late-" + racing)
                                    .build());

            janitor.remove(marked, inTwoDays);
            Await.equal("a removed topic", SOON, false, () -> {
                try {
                    return topics().contains(topic(idle));
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            assertTrue(topics().contains(topic(racing)), "it has a session");
            assertTrue(topics().contains(topic(running.device())), "it has a session");

            // What was removed is made anew by the next session, and a second removal of the old one does it no harm.
            assertEquals(202, initiate(other, idle).status());
            janitor.remove(Map.of(new DeviceId(idle), Uuid.randomUuid()), inTwoDays);
            assertTrue(topics().contains(topic(idle)));
            assertEquals(
                    1,
                    on.site().wiretap.read(Topics.commands(new DeviceId(idle))).size());
        }
    }
}
