package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.runtime.Http;
import io.probeline.testkit.GenesysFault;
import io.probeline.testkit.GenesysFaults;
import io.probeline.testkit.GenesysServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Genesys' answers are taken for, however long or odd they are. */
class GenesysClientTest {
    private final AtomicLong later = new AtomicLong();
    private final GenesysServer server;
    private final Http http = Http.within(Duration.ofSeconds(10));
    private final GenesysClient genesys;

    GenesysClientTest() throws IOException {
        server = GenesysServer.start(0);
        server.conversation("call", "ann");
        var config = new GatewayConfig.Genesys(
                server.url(),
                server.url(),
                "probeline",
                "genesys-secret",
                new GatewayConfig.RoleSource.AuthorizationRole());
        genesys = new GenesysClient(config, http.client(), IssuerKeysTest.world(later));
    }

    @AfterEach
    void close() throws IOException {
        http.close();
        server.close();
    }

    private String name() throws IOException {
        return genesys.get("conversations", "call").orElseThrow().path("id").asText();
    }

    private IOException trouble(int status) {
        var rule = server.faults().always(GenesysFaults.path("/conversations/"), new GenesysFault.Status(status));
        try {
            return assertThrows(IOException.class, this::name);
        } finally {
            rule.lift();
        }
    }

    private void answer(String body) {
        server.faults().next(1, new GenesysFault.Page(200, body));
    }

    /** The quota is the token's, so whatever else is asked would be refused too, and count. */
    @Test
    void whoIsToldToWaitAsksForNothing() throws IOException {
        assertEquals("call", name());
        server.faults().next(1, new GenesysFault.RetryAfter("3"));
        assertEquals(
                Duration.ofSeconds(4),
                assertThrows(GenesysClient.Busy.class, this::name).after());
        int asked = server.calls().size();
        later.addAndGet(Duration.ofSeconds(2).toNanos());
        var rest = assertThrows(GenesysClient.Busy.class, () -> genesys.get("users", "ann"))
                .after();
        assertTrue(rest.compareTo(Duration.ofSeconds(2)) <= 0, rest.toString());
        assertThrows(GenesysClient.Busy.class, () -> genesys.send("POST", Json.object(), "notifications", "channels"));
        assertEquals(asked, server.calls().size());
        later.addAndGet(Duration.ofSeconds(2).toNanos());
        assertEquals("call", name());
    }

    @Test
    void oneOddRequestIsToldFromTrouble() throws IOException {
        assertEquals(Optional.empty(), genesys.get("conversations", "nobody's", "x"));
        for (int status : List.of(400, 403, 409, 410, 422)) {
            assertTrue(trouble(status) instanceof GenesysClient.Refused, () -> "after " + status);
        }
        for (int status : List.of(401, 408, 425, 500, 502, 503)) {
            assertFalse(trouble(status) instanceof GenesysClient.Refused, () -> "after " + status);
        }
        assertEquals("call", name());
    }

    @Test
    void longAnswersAreReadAndThoseWithoutAnEndAreNot() throws IOException {
        assertEquals("call", name());
        answer("{\"id\":\"" + "x".repeat(3 * 1024 * 1024) + "\"}");
        assertEquals(3 * 1024 * 1024, name().length());
        answer("{\"id\":\"" + "x".repeat(5 * 1024 * 1024) + "\"}");
        assertEquals(
                "Genesys answered with more than 4 MiB",
                assertThrows(IOException.class, this::name).getMessage());
        answer("<html>");
        assertEquals(
                "Genesys did not answer in JSON",
                assertThrows(IOException.class, this::name).getMessage());
    }

    @Test
    void whatIsToldIsTakenByItsStatusAlone() throws IOException {
        assertEquals("call", name());
        answer("x".repeat(5 * 1024 * 1024));
        assertTrue(genesys.tell("PUT", Json.array(), "notifications", "channels", "c", "subscriptions"));
        assertFalse(genesys.tell("PUT", Json.array(), "notifications", "channels", "c", "subscriptions"));
    }
}
