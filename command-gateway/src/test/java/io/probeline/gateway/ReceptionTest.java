package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.probeline.gateway.Routes.Access.Guarded;
import io.probeline.gateway.Routes.Route;
import io.probeline.record.AuditAction;
import io.probeline.runtime.Http;
import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import io.probeline.testkit.OidcServer;
import io.probeline.testkit.StubHttp.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which refusals are put on record, and when: with one operation that answers as the test says. */
@ExtendWith(SharedSite.class)
class ReceptionTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String PATH = "/thing";

    private final AtomicLong later = new AtomicLong();
    private final World world = IssuerKeysTest.world(later);
    private final Running.Owned owned = new Running.Owned();
    private final Wiretap wiretap;
    private final String name;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final OidcServer issuer;
    private final Http http = Http.within(SOON);
    private final Admin nowhere = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:9"));
    private final Journal journal;
    private final Reception reception;
    private Problem problem = Problem.noSession();
    private Duration takes = Duration.ZERO;

    ReceptionTest(SharedSite.Running on) throws IOException {
        wiretap = on.site().wiretap;
        name = on.site().unique("reception");
        issuer = OidcServer.start(0);
        var metrics = new GatewayMetrics(meters);
        var kafka = new KafkaParts(KafkaSettings.at(on.site().kafka.bootstrapServers()), name);
        journal = new Journal(kafka::transactional, metrics, world).start(owned);
        var never = new Barrier(new TopicEnds(nowhere, world), List.of(), new Positions());
        var desk = new Desk(
                new Board(line -> "said"),
                new Barriers(never, never, () -> true, () -> true, () -> true),
                journal,
                new Drafts(wiretap.registry()),
                new Participants(call -> Optional.empty(), metrics, world),
                world);
        var routes = new Routes(List.of(
                new Route("POST", PATH, new Guarded(AuditAction.EXECUTE, Set.of(Caller.READ), true, this::refuses)),
                new Route("GET", PATH, new Guarded(AuditAction.OTHER, Set.of(Caller.READ), false, this::refuses))));
        var oidc = new GatewayConfig.Oidc(issuer.issuer(), "probeline", Optional.empty());
        var tokens = new Tokens(oidc, new JwksFetch(oidc.issuer(), oidc.jwksUrl(), http.client()), world);
        reception = new Reception(routes, tokens, desk, new Rate(0.001, 5), metrics, name);
        Await.equal("a journal that writes", SOON, Optional.empty(), journal::trouble);
    }

    @AfterEach
    void close() {
        journal.close();
        nowhere.close(Duration.ZERO);
        http.close();
        issuer.close();
    }

    private Answer refuses(Call call, Caller caller, Dossier dossier) {
        later.addAndGet(takes.toNanos());
        return Answer.refused(problem);
    }

    private String asks(String method, String subject) {
        var header = Map.of("authorization", "Bearer " + issuer.token(subject, Caller.READ));
        var body = new Call.Payload.Bytes(new byte[0]);
        var call = new Call(method, Map.of(), header, "", body, Deadline.in(Duration.ofMillis(1_900), world));
        return reception.receive(call, PATH) instanceof Answer.Refused(var told)
                ? told.status() + " " + told.code()
                : "no refusal";
    }

    private List<String> recorded() {
        return wiretap.read(Topics.AUDIT).stream()
                .filter(record -> record.getGateway().equals(name))
                .map(record -> record.getStatus() + " " + record.getCode().orElse("") + " "
                        + record.getSubject().orElse("nobody"))
                .toList();
    }

    private void awaitRecorded(String... all) {
        Await.equal("what is on record", SOON, List.of(all), this::recorded);
    }

    private long unaudited() {
        return Math.round(meters.counter("probeline.unaudited").count());
    }

    /** Look-ups may use up the time that a request has; the refusal is no less true for that. */
    @Test
    void aLateRefusalIsWhatItIs() {
        problem = Problem.roleRequired("reboot_module", "senior_tech", "the directory can't be asked");
        takes = Duration.ofSeconds(2);
        assertEquals("403 role_required", asks("POST", "ann"));
        assertEquals(List.of("403 role_required ann"), recorded());
    }

    @Test
    void soIsOneOfAQuestion() {
        takes = Duration.ofSeconds(2);
        assertEquals("404 no_session", asks("GET", "ann"));
        awaitRecorded("404 no_session ann");
    }

    @Test
    void whatSomebodyElseCouldNotTellIsOnRecordAndWhatKafkaCouldNotTakeIsNot() {
        problem = Problem.unavailable("Kafka can't take it");
        assertEquals("503 unavailable", asks("POST", "ann"));
        problem = Problem.uncertain();
        assertEquals("504 uncertain", asks("POST", "ann"));
        assertEquals(2, unaudited());
        problem = Problem.away("the ownership register can't be asked");
        assertEquals("503 unavailable", asks("POST", "ben"));
        assertEquals("503 unavailable", asks("GET", "cid"));
        awaitRecorded("503 unavailable ben", "503 unavailable cid");
    }

    @Test
    void nobodyIsOnRecordAlsoWhenTheIssuerCantBeAsked() {
        issuer.faults().always(Response.json(503, Map.of()));
        assertEquals("503 unavailable", asks("POST", "ann"));
        awaitRecorded("503 unavailable nobody");
    }

    /** The rate lets five in; ten of the others are put on record at once, and then one a second. */
    @Test
    void whoIsTooFastIsOnRecordNowAndThen() {
        problem = Problem.away("something");
        for (int i = 0; i < 5; i++) {
            asks("POST", "ann");
        }
        for (int i = 0; i < 60; i++) {
            assertEquals("429 rate_limited", asks("POST", "ann"));
        }
        assertEquals("503 unavailable", asks("POST", "ben"));
        Await.until("all records", SOON, () -> recorded().contains("503 unavailable ben"), this::recorded);
        long fast = recorded().stream().filter("429 rate_limited ann"::equals).count();
        assertTrue(fast >= 10 && fast < 40, fast + " records");
        assertEquals(60 - fast, unaudited());
    }
}
