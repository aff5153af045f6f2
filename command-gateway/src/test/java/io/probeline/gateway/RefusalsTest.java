package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.SharedSite.Running;
import io.probeline.record.AuditRecord;
import io.probeline.record.Decision;
import io.probeline.testkit.Await;
import io.probeline.testkit.GenesysFault;
import io.probeline.testkit.StubHttp.Response;
import io.probeline.testkit.TokenDraft;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract's table of refusals, row by row; each is a problem document with a stable code, and on record. */
@ExtendWith(SharedSite.class)
class RefusalsTest {
    private static final String EXECUTE = "/v1/diagnostics/execute";
    private static final String INITIATE = "/v1/diagnostics/initiate";

    private final Running on;

    RefusalsTest(Running on) {
        this.on = on;
    }

    @TestFactory
    Stream<DynamicTest> malformed() {
        var many = "\"ping_latency\",".repeat(17).replaceFirst(",$", "");
        return Map.of(
                        EXECUTE,
                        List.of(
                                "{",
                                "",
                                "[]",
                                "null",
                                "{} {}",
                                "{} x",
                                "{\"interactionId\":\"i\",\"interactionId\":\"i\",\"command\":\"ping_latency\"}",
                                "{\"command\":\"ping_latency\"}",
                                "{\"interactionId\":7,\"command\":\"ping_latency\"}",
                                "{\"interactionId\":\"a b\",\"command\":\"ping_latency\"}",
                                "{\"interactionId\":\"\",\"command\":\"ping_latency\"}",
                                "{\"interactionId\":\"" + "x".repeat(129) + "\",\"command\":\"ping_latency\"}",
                                "{\"interactionId\":\"i\",\"command\":null}",
                                "{\"interactionId\":\"i\",\"command\":\"ping_latency\",\"params\":[]}",
                                "{\"interactionId\":\"i\",\"command\":\"ping_latency\",\"params\":{\"x\":1}}",
                                "{\"interactionId\":\"i\",\"command\":\"channel_scan\",\"params\":{\"duration\":\"4s\"}}",
                                "{\"interactionId\":\"i\",\"command\":\"channel_scan\",\"params\":{\"duration\":30}}",
                                "{\"interactionId\":\"i\",\"command\":\"ping_latency\",\"agentId\":7}"),
                        INITIATE,
                        List.of(
                                "{\"interactionId\":\"i\",\"customerId\":\"c\",\"deviceId\":\"d\"}",
                                "{\"interactionId\":\"i\",\"customerId\":\"c\",\"deviceId\":\"d/e\",\"requestedCommands\":[]}",
                                "{\"interactionId\":\"i\",\"deviceId\":\"d\",\"requestedCommands\":[]}",
                                "{\"interactionId\":\"i\",\"customerId\":\"c\",\"deviceId\":\"d\",\"requestedCommands\":{}}",
                                "{\"interactionId\":\"i\",\"customerId\":\"c\",\"deviceId\":\"d\",\"requestedCommands\":[1]}",
                                "{\"interactionId\":\"i\",\"customerId\":\"c\",\"deviceId\":\"d\",\"requestedCommands\":["
                                        + many + "]}"))
                .entrySet()
                .stream()
                .flatMap(path -> path.getValue().stream()
                        .map(body -> DynamicTest.dynamicTest(
                                path.getKey() + " " + body.substring(0, Math.min(80, body.length())),
                                () -> assertEquals(
                                        "400 malformed",
                                        both().post(path.getKey(), body).refusal()))));
    }

    @TestFactory
    Stream<DynamicTest> unauthenticated() {
        var good = TokenDraft.of(Site.AGENT, Caller.EXECUTE);
        var tokens = on.site().issuer.tokens();
        var cases = Map.of(
                "none", "",
                "garbage", "x.y.z",
                "expired", tokens.sign(good.expired()),
                "wrong issuer", tokens.sign(good.issuer("https://elsewhere.example")),
                "wrong audience", tokens.sign(good.audience("somebody-else")),
                "another's signature", tokens.signByStranger(good),
                "a key unknown to the issuer", tokens.signByUnknownKey(good),
                "alg none", tokens.unsigned(good),
                "the public key as a secret", tokens.signWithPublicKeyAsSecret(good),
                "changed afterwards", tokens.tampered(good, Site.SENIOR));
        return Stream.concat(
                cases.entrySet().stream().map(each -> refused(each.getKey(), each.getValue())),
                Stream.of(refused("a token of another type", tokens.sign(good.type("dpop+jwt")))));
    }

    private DynamicTest refused(String name, String token) {
        return DynamicTest.dynamicTest(name, () -> {
            var reply = on.gateway().client(token).execute("i", "ping_latency");
            assertEquals("401 unauthenticated", reply.refusal());
            assertEquals(Optional.of("Bearer"), reply.header("WWW-Authenticate"));
            assertEquals(
                    "401 unauthenticated",
                    on.gateway().client(token).get("/v1/diagnostics/commands").refusal());
        });
    }

    @Test
    void takesBothTypesOfTokenAndRotatedKeys() {
        var session = on.open();
        var draft = TokenDraft.of(Site.AGENT, Caller.READ);
        for (var type : List.of("JWT", "at+jwt")) {
            var token = on.site().issuer.tokens().sign(draft.type(type));
            assertEquals(200, on.gateway().client(token).get(session.path()).status(), type);
        }
        on.site().issuer.rotateKeys();
        var rotated = on.site().issuer.tokens().sign(draft);
        assertEquals(200, on.gateway().client(rotated).get(session.path()).status());
    }

    @Test
    void refusesCallersWithoutTheScope() {
        var session = on.open();
        assertEquals(
                "403 insufficient_scope",
                on.architect().execute(session.interaction(), "ping_latency").refusal());
        assertEquals(
                "403 insufficient_scope", on.architect().get(session.path()).refusal());
        assertEquals(
                "403 insufficient_scope", on.agent().initiate("i", "c", "d").refusal());
    }

    @Test
    void refusesCommandsThatAreNotForThisCaller() {
        var session = on.open();
        assertEquals(
                "403 command_not_allowed",
                on.senior().execute(session.interaction(), "factory_reset").refusal());
        assertEquals(
                "403 role_required",
                on.agent().execute(session.interaction(), "reboot_module").refusal());
        assertEquals(
                202, on.senior().execute(session.interaction(), "reboot_module").status());
        var record = refusals(session.interaction()).stream()
                .filter(each -> each.getCode().equals(Optional.of("role_required")))
                .findFirst();
        assertEquals(Optional.of("agent"), record.flatMap(AuditRecord::getRole));
    }

    @Test
    void refusesARoleThatNobodyConfirms() {
        var session = on.open();
        var stranger = on.site().issuer.token(on.site().unique("senior"), Caller.EXECUTE);
        on.site().genesys.faults().next(2, new GenesysFault.Drop());
        try {
            assertEquals(
                    "403 role_required",
                    on.gateway()
                            .client(stranger)
                            .execute(session.interaction(), "reboot_module")
                            .refusal());
        } finally {
            on.site().genesys.faults().clear();
        }
    }

    @Test
    void refusesAnotherAgentsRequest() {
        var session = on.open();
        var body = "{\"interactionId\":\"%s\",\"command\":\"ping_latency\",\"agentId\":\"%s\"}";
        assertEquals(
                "403 agent_mismatch",
                on.agent()
                        .post(EXECUTE, body.formatted(session.interaction(), "somebody"))
                        .refusal());
        assertEquals(
                202,
                on.agent()
                        .post(EXECUTE, body.formatted(session.interaction(), Site.AGENT))
                        .status());
    }

    @Test
    void saysWhatIsNotThere() {
        assertEquals(
                "404 no_session", on.agent().execute("nobody", "ping_latency").refusal());
        assertEquals(
                "404 no_session",
                on.agent().get("/v1/diagnostics/sessions/nobody").refusal());
        assertEquals(
                "404 no_session",
                on.agent().get("/v1/diagnostics/sessions/nobody/events").refusal());
        assertEquals(
                "404 no_session",
                on.agent().post("/v1/diagnostics/sessions/nobody/close", "{}").refusal());
        assertEquals(
                "400 malformed",
                on.agent().get("/v1/diagnostics/sessions/a%20b").refusal());
        assertEquals(
                "400 malformed",
                on.agent().get("/v1/diagnostics/sessions/a%2Fb").refusal());
        assertEquals("404 not_found", on.agent().get("/v1/diagnostics").refusal());
        assertEquals("404 not_found", on.agent().get("/widget/../openapi.json").refusal());
        assertEquals(
                "404 not_found", on.agent().get("/widget/%2e%2e%2fopenapi.json").refusal());
        var reply = on.agent().get(EXECUTE);
        assertEquals("405 method_not_allowed", reply.refusal());
        assertEquals(Optional.of("POST"), reply.header("Allow"));
    }

    @Test
    void refusesTheOperationsOfAClosedSession() {
        var session = on.open("ping_latency");
        assertEquals(202, on.agent().post(session.path() + "/close", "{}").status());
        assertEquals(
                "409 session_closed",
                on.agent().execute(session.interaction(), "ping_latency").refusal());
        assertEquals(
                "409 session_closed",
                on.agent().delete(session.path() + "/commands/x").refusal());
        assertEquals(202, on.agent().post(session.path() + "/close", "{}").status());
        Await.equal(
                "a closed session",
                Duration.ofSeconds(5),
                "CLOSED",
                () -> on.agent().get(session.path()).json().path("state").asText());
        assertEquals(
                "requested",
                on.agent().get(session.path()).json().path("reason").asText());
    }

    @Test
    void refusesBodiesThatAreTooLargeOrNoJson() {
        var large = "{\"interactionId\":\"" + "x".repeat(70_000) + "\"}";
        assertEquals("413 too_large", on.agent().post(EXECUTE, large).refusal());
        var chunked = new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return MediaType.get("application/json");
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.writeUtf8(large);
            }
        };
        assertEquals(
                "413 too_large",
                on.agent().call(on.agent().request(EXECUTE).post(chunked)).refusal());
        var text = RequestBody.create("{}", MediaType.get("text/plain"));
        assertEquals(
                "415 unsupported_media_type",
                on.agent().call(on.agent().request(EXECUTE).post(text)).refusal());
        var utf8 = RequestBody.create(
                Client.executeBody("nobody", "ping_latency"), MediaType.get("application/json; charset=utf-8"));
        assertEquals(
                "404 no_session",
                on.agent().call(on.agent().request(EXECUTE).post(utf8)).refusal());
    }

    @Test
    void answersAlsoWhatIsNoGoodHttp() throws IOException {
        for (var request : List.of(
                "GET /health/live HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
                "GET /health/live HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(30_000) + "\r\n\r\n",
                "GET /he alth HTTP/1.1\r\nHost: x\r\n\r\n")) {
            var url = HttpUrl.get(on.agent().base());
            try (var socket = new Socket(url.host(), url.port())) {
                socket.setSoTimeout(5_000);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                var reply = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(reply.startsWith("HTTP/1.1 400"), reply);
                assertTrue(reply.contains("\"code\":\"malformed\""), reply);
            }
        }
        assertEquals(200, on.agent().get("/health/live").status());
    }

    @Test
    void saysWhenTheRegisterCantBeAsked() {
        var device = on.site().deviceOf("customer-1");
        var interaction = on.site().unique("interaction");
        on.site().register.faults().always(Response.json(500, Map.of()));
        try {
            var reply = on.architect().initiate(interaction, "customer-1", device);
            assertEquals("503 unavailable", reply.refusal());
            assertTrue(reply.header("Retry-After").isPresent());
        } finally {
            on.site().register.faults().clear();
        }
        assertEquals(
                "404 no_session",
                on.agent().execute(interaction, "ping_latency").refusal());
    }

    @Test
    void answersInTimeWhenTheRegisterHangs() {
        var device = on.site().deviceOf("customer-1");
        on.site().register.faults().always(Response.hang(Duration.ofSeconds(20)));
        long start = System.nanoTime();
        try {
            assertEquals(
                    "503 unavailable",
                    on.architect()
                            .initiate(on.site().unique("interaction"), "customer-1", device)
                            .refusal());
        } finally {
            on.site().register.faults().clear();
        }
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 3_000);
    }

    @Test
    void refusesWhoIsTooFast() {
        try (var slow = on.site().gateway(on.site().config().with(new Rate(0.5, 3)))) {
            var client = slow.client(on.site().agent());
            for (int i = 0; i < 3; i++) {
                assertEquals(200, client.get("/v1/diagnostics/commands").status());
            }
            var reply = client.get("/v1/diagnostics/commands");
            assertEquals("429 rate_limited", reply.refusal());
            assertTrue(Integer.parseInt(reply.header("Retry-After").orElse("0")) >= 1);
            assertEquals(
                    200,
                    slow.client(on.site().senior())
                            .get("/v1/diagnostics/commands")
                            .status());
            assertEquals(200, client.get("/health/live").status());
        }
    }

    @Test
    void answersWithProblemsAndPutsThemOnRecord() {
        var session = on.open();
        var reply = on.agent().execute(session.interaction(), "factory_reset");

        assertEquals(Optional.of("application/problem+json"), reply.header("Content-Type"));
        assertEquals(Optional.of("nosniff"), reply.header("X-Content-Type-Options"));
        assertEquals(Optional.of("no-store"), reply.header("Cache-Control"));
        assertEquals(
                List.of("type", "title", "status", "code", "detail"),
                reply.json().propertyStream().map(Map.Entry::getKey).toList());
        var record = refusals(session.interaction()).getLast();
        assertEquals(403, record.getStatus());
        assertEquals(Optional.of("command_not_allowed"), record.getCode());
        assertEquals(Optional.of(Site.AGENT), record.getSubject());
        assertEquals(Optional.of("factory_reset"), record.getCommand());
    }

    private List<AuditRecord> refusals(String interaction) {
        return on.site().wiretap.audits(interaction).stream()
                .filter(each -> each.getDecision() == Decision.REFUSED)
                .toList();
    }

    private Client both() {
        return on.gateway().client(on.site().issuer.token(Site.AGENT, Caller.EXECUTE, Caller.INITIATE));
    }
}
