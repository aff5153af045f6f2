package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may see and command whose device, by what the contact centre says of the conversation. */
class ParticipantsTest {
    private static final String CUSTOMER = "{\"id\":\"p1\",\"purpose\":\"customer\"}";
    private static final String CUSTOMER_LEFT =
            "{\"id\":\"p1\",\"purpose\":\"customer\",\"endTime\":\"2026-11-22T10:15:31Z\"}";
    private static final String ANN = "{\"id\":\"p2\",\"purpose\":\"agent\",\"userId\":\"ann\"}";
    private static final String ANN_LEFT =
            "{\"id\":\"p2\",\"purpose\":\"agent\",\"userId\":\"ann\",\"endTime\":\"2026-11-22T10:15:30Z\"}";
    private static final String ANN_GONE =
            "{\"id\":\"p2\",\"purpose\":\"agent\",\"userId\":\"ann\",\"state\":\"disconnected\"}";
    private static final String BEN = "{\"id\":\"p3\",\"purpose\":\"user\",\"userId\":\"ben\",\"endTime\":null}";

    private final AtomicLong later = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private Optional<String> participants = Optional.of(CUSTOMER + "," + ANN);
    private Optional<IOException> away = Optional.empty();
    private volatile CountDownLatch hanging = new CountDownLatch(0);
    private final Participants those =
            new Participants(this::told, new GatewayMetrics(new SimpleMeterRegistry()), IssuerKeysTest.world(later));

    private Optional<JsonNode> told(String interactionId) throws IOException {
        asked.incrementAndGet();
        try {
            hanging.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        if (away.isPresent()) {
            throw away.get();
        }
        return participants.map(listed -> json("{\"id\":\"call\",\"participants\":[" + listed + "]}"));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private boolean may(String agent) {
        return those.may("call", caller(agent));
    }

    private static Caller caller(String agent) {
        return new Caller(agent, Set.of(Caller.READ, Caller.EXECUTE), Instant.MAX);
    }

    private void pass(Duration time) {
        later.addAndGet(time.toNanos());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                CUSTOMER + "," + ANN + "|true|false",
                CUSTOMER + "," + ANN_LEFT + "," + BEN + "|false|true",
                CUSTOMER + "," + ANN_LEFT + "," + ANN + "|true|false",
                CUSTOMER + "," + ANN_LEFT + "|false|false",
                CUSTOMER_LEFT + "," + ANN_LEFT + "|true|false",
                CUSTOMER + "," + ANN_GONE + "|false|false",
                CUSTOMER + "|true|true",
                "''|true|true"
            },
            quoteCharacter = '\'')
    void whoIsConnectedTakesPart(String listed, boolean ann, boolean ben) {
        participants = Optional.of(listed);
        assertEquals(ann, may("ann"), "Ann");
        assertEquals(ben, may("ben"), "Ben");
    }

    @Test
    void whereTheContactCentreKnowsOfNoCallTheTokensScopesDecide() {
        participants = Optional.empty();
        assertTrue(may("ann"));
    }

    @Test
    void whoOpensSessionsIsNotAskedAbout() {
        assertTrue(those.may("call", new Caller("flow", Set.of(Caller.INITIATE, Caller.READ), Instant.MAX)));
        assertEquals(0, asked.get());
    }

    @Test
    void aYesIsKeptLongAndANoForAMoment() {
        assertTrue(may("ann"));
        assertFalse(may("ben"));
        assertFalse(may("ben"));
        assertEquals(2, asked.get());
        participants = Optional.of(CUSTOMER + "," + ANN_LEFT + "," + BEN);
        pass(Participants.NO_KEPT);
        assertTrue(may("ben"), "has joined");
        assertTrue(may("ann"), "is believed for a while");
        pass(Participants.YES_KEPT);
        assertFalse(may("ann"), "has left");
    }

    @Test
    void theLiveViewGoesOnWhileTheContactCentreIsAway() {
        assertFalse(may("ben"));
        away = Optional.of(new IOException("no answer"));
        assertFalse(may("ben"), "is known");
        assertTrue(may("ann"));
        assertTrue(may("zoe"));
        assertEquals(2, asked.get(), "nobody else asks for a while");
        away = Optional.empty();
        pass(Duration.ofSeconds(11));
        assertFalse(may("zoe"));
    }

    @Test
    void aContactCentreThatHangsIsNotWaitedFor() {
        hanging = new CountDownLatch(1);
        assertTrue(may("ben"), "nobody knows yet");
        hanging.countDown();
        Await.until("the late answer", Duration.ofSeconds(10), () -> !may("ben"));
    }

    @Test
    void whoIsToldToWaitWaits() {
        away = Optional.of(new GenesysClient.Busy(Duration.ofSeconds(40)));
        assertTrue(may("ann"));
        away = Optional.empty();
        pass(Duration.ofSeconds(39));
        assertTrue(may("ben"));
        assertEquals(1, asked.get());
        pass(Duration.ofSeconds(2));
        assertFalse(may("ben"));
    }

    /** Who types a foreign id, or an odd one, must not open what is others'. */
    @Test
    void aConversationThatCantBeHadOpensNoOther() {
        away = Optional.of(new GenesysClient.Refused(400));
        assertTrue(may("ben"), "its own, by the scopes");
        assertTrue(may("ben"));
        assertEquals(1, asked.get(), "is remembered");
        away = Optional.empty();
        assertFalse(those.may("another call", caller("ben")));
        pass(Participants.NO_KEPT);
        assertFalse(may("ben"), "is asked again soon");
    }

    @Test
    void aYesForLackOfKnowledgeIsKeptForAMoment() {
        participants = Optional.empty();
        assertTrue(may("ben"), "no such conversation");
        participants = Optional.of(CUSTOMER);
        pass(Participants.NO_KEPT);
        assertTrue(may("ben"), "no agent yet");
        participants = Optional.of(CUSTOMER + "," + ANN);
        assertTrue(may("ben"));
        pass(Participants.NO_KEPT);
        assertFalse(may("ben"));
        assertEquals(3, asked.get());
    }

    @Test
    void whoHasLeftIsOutAfterAMinute() {
        assertTrue(may("ann"));
        participants = Optional.of(CUSTOMER + "," + ANN_LEFT);
        pass(Participants.FRESH);
        assertFalse(may("ann"));
    }

    @Test
    void aYesIsAskedForAgainAsFastAsTheQuotaBears() {
        participants = Optional.of(CUSTOMER_LEFT + "," + ANN);
        int calls = 100;
        for (int i = 0; i < calls; i++) {
            assertTrue(those.may("call " + i, caller("ann")));
        }
        pass(Participants.FRESH);
        int before = asked.get();
        for (int i = 0; i < calls; i++) {
            assertTrue(those.may("call " + i, caller("ann")));
        }
        int again = asked.get() - before;
        assertTrue(again >= 6 && again <= 12, again + " of " + calls);
        pass(Participants.YES_KEPT);
        participants = Optional.of(CUSTOMER + "," + ANN_LEFT);
        for (int i = 0; i < calls; i++) {
            assertFalse(those.may("call " + i, caller("ann")), "nobody is believed for longer");
        }
    }

    /** Each look-up counts against the quota of the whole contact centre. */
    @Test
    void aCrowdIsOneLookUp() {
        hanging = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                threads.execute(() -> may("ann"));
            }
            Await.until("the first to ask", Duration.ofSeconds(10), () -> asked.get() > 0);
            hanging.countDown();
        }
        assertEquals(1, asked.get());
    }

    /** Streams are many, and last long: where nobody knows an agent, they ask no more often than where he takes part. */
    @Test
    void whoLooksOnIsNotInAHurry() {
        participants = Optional.empty();
        assertTrue(may("ben"));
        pass(Participants.NO_KEPT.multipliedBy(2));
        assertTrue(those.mayStay("call", caller("ben")));
        assertEquals(1, asked.get());
        participants = Optional.of(CUSTOMER + "," + ANN);
        pass(Participants.FRESH);
        assertFalse(those.mayStay("call", caller("ben")));
    }
}
