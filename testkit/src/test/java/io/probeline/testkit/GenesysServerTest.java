package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.testkit.Call.Answered;
import io.probeline.testkit.GenesysServer.Settings;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenesysServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LINE = """
            {"type":"message",
             "content":{"type":"text","text":"[DIAGNOSTIC UPDATE - washer-17]: Signal: -71.5dBm, Latency: 23ms, Errors: 0"},
             "from":{"id":"system:iot_monitor","name":"IoT Diagnostic Monitor","type":"system"},
             "timestamp":"2026-11-22T10:15:30.000Z"}""";

    private final GenesysClock clock = new GenesysClock();
    private final GenesysServer genesys;
    private final Call call;
    private String token;

    GenesysServerTest() throws IOException, InterruptedException {
        genesys = GenesysServer.start(Settings.onPort(0).by(clock));
        call = new Call(genesys.url());
        token = login().json().path("access_token").textValue();
    }

    @AfterEach
    void stop() throws IOException {
        call.close();
        genesys.close();
    }

    private Answered login() throws IOException, InterruptedException {
        return login("probeline:genesys-secret", "grant_type=client_credentials");
    }

    private Answered login(String credentials, String form) throws IOException, InterruptedException {
        var basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        return call.send(
                "POST",
                "/oauth/token",
                form,
                "Authorization",
                "Basic " + basic,
                "Content-Type",
                "application/x-www-form-urlencoded");
    }

    private Answered api(String method, String path, String body) throws IOException, InterruptedException {
        return api(token, method, path, body);
    }

    private Answered api(String bearer, String method, String path, String body)
            throws IOException, InterruptedException {
        return call.send(method, path, body, "Authorization", "Bearer " + bearer, "Content-Type", "application/json");
    }

    private Answered line(String interactionId) throws IOException, InterruptedException {
        return api("POST", "/v2/interactions/" + interactionId + "/transcript/messages", LINE);
    }

    @Test
    void tokensAreForTheClientAndExpire() throws Exception {
        var login = login();
        assertEquals("bearer", login.json().path("token_type").textValue());
        assertEquals(86_400, login.json().path("expires_in").intValue());
        assertEquals(
                401, login("probeline:wrong", "grant_type=client_credentials").status());
        assertEquals(
                400, login("probeline:genesys-secret", "grant_type=password").status());
        assertEquals(2, genesys.tokensIssued());

        assertEquals(201, line("i1").status());
        assertEquals(401, api("nonsense", "GET", "/api/v2/conversations/c1", "").status());
        clock.pass(Duration.ofSeconds(86_399));
        assertEquals(201, line("i1").status());
        clock.pass(Duration.ofSeconds(1));
        assertEquals(401, line("i1").status());

        genesys.tokenLifetime(Duration.ofSeconds(10));
        assertEquals(10, login().json().path("expires_in").intValue());
        genesys.revokeTokens();
        assertEquals(401, line("i1").status());
        assertEquals(2, genesys.allMessages().size());
    }

    @Test
    void theQuotaIsInTheHeadersAndThenInA429() throws Exception {
        genesys.limit(3);
        for (int count = 1; count <= 3; count++) {
            var answer = count == 2 ? api("GET", "/api/v2/conversations/c1", "") : line("i1");
            assertEquals(count == 2 ? 404 : 201, answer.status(), "every call counts");
            if (count != 2) {
                assertEquals(Integer.toString(count), header(answer, "inin-ratelimit-count"));
                assertEquals("3", header(answer, "inin-ratelimit-allowed"));
                assertEquals("60", header(answer, "inin-ratelimit-reset"));
            }
        }
        clock.pass(Duration.ofMillis(29_600));
        var refused = line("i1");
        assertEquals(429, refused.status());
        assertEquals("30", header(refused, "Retry-After"));
        assertFalse(refused.raw().headers().firstValue("inin-ratelimit-count").isPresent());
        var body = (ObjectNode) refused.json();
        assertEquals("too.many.requests.retry.after", body.path("code").textValue());
        assertEquals(429, body.path("status").intValue());
        assertTrue(body.path("message").isTextual() && body.path("contextId").isTextual());
        assertTrue(body.path("details").isArray() && body.path("errors").isArray());

        clock.pass(Duration.ofMillis(30_400));
        assertEquals("1", header(line("i1"), "inin-ratelimit-count"));
        assertEquals(new GenesysServer.Counts(4, 1, Map.of(200, 1L, 201, 3L, 404, 1L, 429, 1L)), genesys.counts());
        assertEquals(3, genesys.messages("i1").size());
    }

    private static String header(Answered answer, String name) {
        return answer.raw().headers().firstValue(name).orElseThrow();
    }

    @Test
    void theHeadersCanVanishAndLie() throws Exception {
        genesys.headers(false);
        assertTrue(
                line("i1").raw().headers().firstValue("inin-ratelimit-allowed").isEmpty());
        genesys.headers(true);
        genesys.limitSilently(2);
        assertEquals("300", header(line("i1"), "inin-ratelimit-allowed"));
        assertEquals(429, line("i1").status());
    }

    @Test
    void aLineIsKeptAsItWasReceived() throws Exception {
        clock.pass(Duration.ofSeconds(5));
        assertEquals(201, line("interaction-1").status());
        assertEquals(201, line("interaction-2").status());
        var message = genesys.messages("interaction-1").getFirst();
        assertEquals("[DIAGNOSTIC UPDATE - washer-17]: Signal: -71.5dBm, Latency: 23ms, Errors: 0", message.text());
        assertEquals(clock.instant(), message.received());
        assertEquals(Duration.ofSeconds(5), Duration.between(message.timestamp(), message.received()));
        assertEquals(JSON.readTree(LINE), message.body());
        assertEquals(
                List.of("interaction-1", "interaction-2"),
                genesys.allMessages().stream()
                        .map(GenesysMessage::interactionId)
                        .toList());
    }

    @Test
    void aLineThatIsNotToTheLetterIsRefused() throws Exception {
        var wrong = new ArrayList<String>(List.of("", "[]", "{", LINE + "x"));
        for (var pointer : List.of(
                "/type",
                "/content",
                "/content/type",
                "/content/text",
                "/from",
                "/from/id",
                "/from/name",
                "/timestamp")) {
            wrong.add(without(pointer));
        }
        wrong.add(changed(m -> m.put("extra", 1)));
        wrong.add(changed(m -> m.withObject("/content").put("text", " ")));
        wrong.add(changed(m -> m.withObject("/content").put("text", 7)));
        wrong.add(changed(m -> m.withObject("/from").put("type", "agent")));
        wrong.add(changed(m -> m.put("timestamp", "2026-11-22T10:15:30Z")));
        wrong.add(changed(m -> m.put("timestamp", "2026-13-22T10:15:30.000Z")));
        wrong.add(changed(m -> m.put("timestamp", "2026-11-22T11:15:30.000+01:00")));
        for (var body : wrong) {
            var answer = api("POST", "/v2/interactions/i1/transcript/messages", body);
            assertEquals(400, answer.status(), body);
            assertEquals("bad.request", answer.json().path("code").textValue());
        }
        var unlabelled =
                call.send("POST", "/v2/interactions/i1/transcript/messages", LINE, "Authorization", "Bearer " + token);
        assertEquals(415, unlabelled.status());
        assertEquals(
                405, api("GET", "/v2/interactions/i1/transcript/messages", "").status());
        assertEquals(
                404,
                api("POST", "/v2/interactions/i%2F1/transcript/messages", LINE).status());
        assertEquals(List.of(), genesys.allMessages());
    }

    private static String without(String pointer) throws IOException {
        return changed(message -> {
            var at = pointer.lastIndexOf('/');
            ((ObjectNode) message.at(pointer.substring(0, at))).remove(pointer.substring(at + 1));
        });
    }

    private static String changed(Consumer<ObjectNode> change) throws IOException {
        var message = (ObjectNode) JSON.readTree(LINE);
        change.accept(message);
        return message.toString();
    }

    @Test
    void aConversationHasItsCustomerAndItsAgents() throws Exception {
        assertEquals(404, api("GET", "/api/v2/conversations/c1", "").status());
        genesys.conversation("c1", "agent-1");
        genesys.agentLeaves("c1", "agent-1");
        genesys.agentJoins("c1", "agent-2");
        clock.pass(Duration.ofSeconds(9));
        var open = api("GET", "/api/v2/conversations/c1", "").json();
        assertEquals("c1", open.path("id").textValue());
        assertTrue(open.path("endTime").isMissingNode());
        assertEquals(
                List.of("customer", "agent", "agent"),
                open.path("participants")
                        .valueStream()
                        .map(p -> p.path("purpose").textValue())
                        .toList());
        assertEquals("2026-11-22T10:15:30Z", open.at("/participants/1/endTime").textValue());
        assertEquals("terminated", open.at("/participants/1/calls/0/state").textValue());
        assertEquals("agent-2", open.at("/participants/2/userId").textValue());
        assertTrue(open.at("/participants/2/endTime").isMissingNode());
        assertEquals("connected", open.at("/participants/2/calls/0/state").textValue());

        genesys.endConversation("c1");
        var over = api("GET", "/api/v2/conversations/c1", "").json();
        assertEquals("2026-11-22T10:15:39Z", over.path("endTime").textValue());
        assertEquals("2026-11-22T10:15:39Z", over.at("/participants/0/endTime").textValue());
        assertEquals("2026-11-22T10:15:30Z", over.at("/participants/1/endTime").textValue());
    }

    @Test
    void aConversationCanAppearWhenItIsAskedFor() throws Exception {
        genesys.welcome("agent-1");
        assertEquals(
                "agent-1",
                api("GET", "/api/v2/conversations/any", "")
                        .json()
                        .at("/participants/1/userId")
                        .textValue());
        assertEquals(404, api("GET", "/api/v2/conversations/a%20b", "").status());
    }

    @Test
    void attributesAreKeptAndReadBack() throws Exception {
        genesys.conversation("c1", "agent-1");
        var customer = api("GET", "/api/v2/conversations/c1", "")
                .json()
                .at("/participants/0/id")
                .textValue();
        var path = "/api/v2/conversations/c1/participants/" + customer + "/attributes";
        assertEquals(
                200,
                api("PATCH", path, "{\"attributes\":{\"a\":\"1\",\"b\":\"1\"}}").status());
        assertEquals(200, api("PATCH", path, "{\"attributes\":{\"b\":\"2\"}}").status());
        var readBack = api("GET", "/api/v2/conversations/c1", "").json().at("/participants/0/attributes");
        assertEquals(JSON.readTree("{\"a\":\"1\",\"b\":\"2\"}"), readBack);
        assertEquals(Map.of("a", "1", "b", "2"), genesys.attributes("c1"));

        assertEquals(400, api("PATCH", path, "{\"attributes\":{\"a\":1}}").status());
        assertEquals(400, api("PATCH", path, "{\"attributes\":{}}").status());
        assertEquals(
                400,
                api("PATCH", path, "{\"attributes\":{\"a\":\"" + "x".repeat(257) + "\"}}")
                        .status());
        assertEquals(
                404,
                api("PATCH", path.replace(customer, "nobody"), "{\"attributes\":{\"a\":\"1\"}}")
                        .status());

        genesys.endConversation("c1");
        assertEquals(
                200, api("PATCH", path, "{\"attributes\":{\"b\":\"late\"}}").status());
        assertEquals("2", genesys.attributes("c1").get("b"), "too late for analysis");
        assertEquals(
                List.of(false, false, true),
                genesys.writes().stream().map(GenesysWrite::late).toList());
    }

    @Test
    void theDirectorySaysWhoAnAgentIs() throws Exception {
        var widget = genesys.agentToken(GenesysAgent.of("agent-1"));
        var me = api(widget, "GET", "/api/v2/users/me?expand=token,authorization", "")
                .json();
        assertEquals("agent-1", me.path("id").textValue());
        assertEquals("active", me.path("state").textValue());
        assertEquals("organization-1", me.at("/token/organization/id").textValue());
        assertEquals("widget-1", me.at("/token/OAuthClient/id").textValue());
        assertTrue(me.at("/token/clonedUser").isMissingNode());
        assertTrue(
                api(widget, "GET", "/api/v2/users/me", "").json().path("token").isMissingNode());

        var cloned = genesys.agentToken(new GenesysAgent("agent-1", "org-2", "widget-2", true));
        var stranger = api(cloned, "GET", "/api/v2/users/me?expand=token", "").json();
        assertEquals("org-2", stranger.at("/token/organization/id").textValue());
        assertTrue(stranger.at("/token/clonedUser").isObject());
        assertEquals(403, api(widget, "GET", "/api/v2/conversations/c1", "").status());
        assertEquals(403, api("GET", "/api/v2/users/me", "").status());
    }

    @Test
    void theDirectorySaysWhichRoleAnAgentHas() throws Exception {
        genesys.role("agent-1", "senior_tech");
        var attributes = api("GET", "/api/v2/users/agent-1/customattributes/schema-1", "")
                .json();
        assertEquals("agent-1", attributes.path("userId").textValue());
        assertEquals("schema-1", attributes.at("/schema/id").textValue());
        assertEquals("senior_tech", attributes.at("/attributes/role").textValue());
        var subject = api("GET", "/api/v2/authorization/subjects/agent-1", "").json();
        assertEquals("senior_tech", subject.at("/grants/0/role/name").textValue());
        assertEquals(
                404,
                api("GET", "/api/v2/users/nobody/customattributes/schema-1", "").status());
        assertEquals(
                404, api("GET", "/api/v2/authorization/subjects/nobody", "").status());
    }

    @Test
    void callsGoWrongAsScripted() throws Exception {
        var faults = genesys.faults();
        faults.next(1, new GenesysFault.Status(503));
        var bare = line("i1");
        assertEquals(503, bare.status());
        assertEquals("", bare.body());
        faults.next(1, new GenesysFault.Page(502, "<html>"));
        assertEquals("<html>", line("i1").body());
        faults.next(1, new GenesysFault.RetryAfter("-5"));
        assertEquals("-5", header(line("i1"), "Retry-After"));
        faults.next(1, new GenesysFault.Drop());
        assertThrows(IOException.class, () -> line("i1"));
        faults.next(1, new GenesysFault.Hang(Duration.ofMillis(50)));
        assertThrows(IOException.class, () -> line("i1"));
        assertEquals(List.of(), genesys.messages("i1"), "so far nothing was done");

        faults.next(1, new GenesysFault.HalfAnswer());
        assertThrows(IOException.class, () -> line("i1"));
        faults.next(1, new GenesysFault.CommitThen(new GenesysFault.Status(504)));
        assertEquals(504, line("i1").status());
        faults.next(1, new GenesysFault.CommitThen(new GenesysFault.LateAnswer(Duration.ofMillis(1))));
        assertEquals(201, line("i1").status());
        faults.next(1, new GenesysFault.LateAnswer(Duration.ofMillis(30)));
        assertEquals(201, line("i1").status());
        faults.next(1, new GenesysFault.LateWork(Duration.ofMillis(30)));
        assertEquals(201, line("i1").status());
        assertEquals(5, genesys.messages("i1").size());
        assertEquals(10, genesys.counts().allowed(), "a call counts, whatever becomes of it");
        assertEquals(2, genesys.counts().byStatus().get(0));
    }

    @Test
    void faultsAreForSomeCallsAndAreLifted() throws Exception {
        genesys.conversation("c1");
        var away = genesys.faults().always(GenesysFaults.path("transcript"), new GenesysFault.Status(500));
        assertEquals(500, line("i1").status());
        assertEquals(200, api("GET", "/api/v2/conversations/c1", "").status());
        away.lift();
        assertEquals(201, line("i1").status());
        genesys.faults().always(new GenesysFault.Status(503));
        assertEquals(503, login().status(), "the login is away too");
        genesys.faults().clear();
        assertEquals(200, login().status());
    }

    @Test
    void aShareOfTheCallsIsDrawnFromItsSeed() throws Exception {
        assertEquals(drawn(17), drawn(17));
        assertNotEquals(drawn(17), drawn(18));
    }

    private List<Integer> drawn(long seed) throws Exception {
        var rule = genesys.faults().fraction(0.3, seed, new GenesysFault.Status(500));
        var statuses = new ArrayList<Integer>();
        for (int i = 0; i < 40; i++) {
            statuses.add(line("i1").status());
        }
        rule.lift();
        assertTrue(statuses.contains(500) && statuses.contains(201), "seed " + seed + ": " + statuses);
        return statuses;
    }

    @Test
    void whatWasKeptIsThereAfterARestart(@TempDir Path folder) throws Exception {
        var settings = Settings.onPort(0).by(clock).keptIn(folder.resolve("genesys.jsonl"));
        try (var before = GenesysServer.start(settings)) {
            before.conversation("c1", "agent-1");
            before.agentJoins("c1", "agent-2");
            before.agentLeaves("c1", "agent-1");
            writeTo(before);
            before.endConversation("c1");
        }
        try (var after = GenesysServer.start(settings);
                var client = new Call(after.url())) {
            assertEquals(1, after.messages("c1").size());
            assertEquals(Map.of("Diagnostics", "<good>"), after.attributes("c1"));
            var shown = client.get("/_inspect").json().at("/interactions/0");
            assertEquals("c1", shown.path("interactionId").textValue());
            assertTrue(shown.path("over").booleanValue());
            assertEquals(JSON.readTree(LINE), shown.at("/messages/0/body"));
            var page = client.get("/");
            assertTrue(page.body().contains("&lt;good&gt;") && page.body().contains("washer-17"), page.body());
            assertTrue(after.counts().allowed() == 0, "people who look are not counted");
        }
    }

    private void writeTo(GenesysServer server) throws Exception {
        try (var client = new Call(server.url())) {
            var basic = Base64.getEncoder().encodeToString("probeline:genesys-secret".getBytes(StandardCharsets.UTF_8));
            var bearer = "Bearer "
                    + client.send(
                                    "POST",
                                    "/oauth/token",
                                    "grant_type=client_credentials",
                                    "Authorization",
                                    "Basic " + basic)
                            .json()
                            .path("access_token")
                            .textValue();
            var json = new String[] {"Authorization", bearer, "Content-Type", "application/json"};
            assertEquals(
                    201,
                    client.send("POST", "/v2/interactions/c1/transcript/messages", LINE, json)
                            .status());
            var customer = client.get("/api/v2/conversations/c1", json)
                    .json()
                    .at("/participants/0/id")
                    .textValue();
            var path = "/api/v2/conversations/c1/participants/" + customer + "/attributes";
            var body = "{\"attributes\":{\"Diagnostics\":\"<good>\"}}";
            assertEquals(200, client.send("PATCH", path, body, json).status());
        }
    }

    @Test
    void aTakenPortIsSaidSo() {
        assertThrows(BindException.class, () -> GenesysServer.start(genesys.port()));
    }
}
