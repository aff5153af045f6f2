package io.probeline.gateway;

import io.probeline.record.RequestKind;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.SessionState;
import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.Catalogue;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.LineTexts;
import io.probeline.testkit.EmbeddedKafka;
import io.probeline.testkit.GenesysServer;
import io.probeline.testkit.OidcServer;
import io.probeline.testkit.OwnershipServer;
import io.probeline.testkit.RegistryServer;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;

/** Everything around a gateway: a real Kafka, and a server for each outside party. */
final class Site implements Closeable {
    static final String AGENT = "agent-7";
    static final String SENIOR = "senior-1";
    static final String ARCHITECT = "architect";

    private final Deque<Closeable> parts = new ArrayDeque<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Path folder;
    final EmbeddedKafka kafka;
    final RegistryServer registry;
    final OidcServer issuer;
    final OwnershipServer register;
    final GenesysServer genesys;
    final OkHttpClient http = new OkHttpClient.Builder()
            .readTimeout(Duration.ofSeconds(20))
            .followRedirects(false)
            .build();
    final Wiretap wiretap;

    private Site(Path folder, int kafkaPort, Map<String, String> kafkaSettings) throws IOException {
        this.folder = folder;
        kafka = own(EmbeddedKafka.start(folder.resolve("kafka"), kafkaPort, kafkaSettings));
        registry = own(RegistryServer.start(0, folder.resolve("registry.jsonl")));
        issuer = own(OidcServer.start(0));
        register = own(OwnershipServer.start(0));
        genesys = own(GenesysServer.start(0));
        genesys.role(SENIOR, "senior_tech");
        genesys.role(AGENT, "agent");
        wiretap = own(new Wiretap(kafka.bootstrapServers(), new HttpSchemaRegistry(registry.url(), http)));
    }

    static Site open() throws IOException {
        return open(0, Map.of());
    }

    static Site open(int kafkaPort, Map<String, String> kafkaSettings) throws IOException {
        return new Site(Files.createTempDirectory("gateway-site"), kafkaPort, kafkaSettings);
    }

    GatewayConfig config() {
        return config(KafkaSettings.at(kafka.bootstrapServers()));
    }

    GatewayConfig config(KafkaSettings settings) {
        return new GatewayConfig(
                settings,
                registry.url(),
                new GatewayConfig.Listen("127.0.0.1", 0, 0),
                new GatewayConfig.Oidc(issuer.issuer(), "probeline", Optional.empty()),
                new GatewayConfig.Genesys(
                        genesys.url(),
                        genesys.url(),
                        "probeline",
                        "genesys-secret",
                        new GatewayConfig.RoleSource.CustomAttribute("schema-1")),
                register.url(),
                Catalogue.shipped(),
                LineTexts.shipped(),
                Duration.ofHours(4),
                Rate.USUAL,
                Map.of());
    }

    /** A gateway that is ready. */
    Gateway gateway() {
        return gateway(config());
    }

    Gateway gateway(GatewayConfig config) {
        return new Gateway(CommandGateway.start(config, World.real()), this).awaitReady();
    }

    /** Stands in for the stream processor, by its one rule that the gateway depends on, as long as it is open. */
    LittleProcessor processor() {
        return new LittleProcessor(wiretap);
    }

    String agent() {
        return issuer.token(AGENT, Caller.EXECUTE, Caller.READ);
    }

    String senior() {
        return issuer.token(SENIOR, Caller.EXECUTE, Caller.READ);
    }

    String architect() {
        return issuer.token(ARCHITECT, Caller.INITIATE);
    }

    /** A name that no other test has. */
    String unique(String what) {
        return what + "-" + numbers.incrementAndGet();
    }

    /** A device of this customer. */
    String deviceOf(String customer) {
        var device = unique("device");
        register.own(customer, device);
        return device;
    }

    @Override
    public void close() throws IOException {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private <T extends Closeable> T own(T part) {
        parts.push(part);
        return part;
    }

    /** A session of this request, as the processor first writes it. */
    static Session session(SessionRequest request, SessionState state) {
        return Session.newBuilder()
                .setInteractionId(request.getInteractionId())
                .setSessionId(request.getSessionId())
                .setDeviceId(request.getDeviceId())
                .setGeneration(request.getGeneration())
                .setCustomerId(request.getCustomerId().orElse(""))
                .setState(state)
                .setReason(state == SessionState.CLOSED ? request.getReason().orElse(null) : null)
                .setCommands(request.getCommands())
                .setOpenedAt(request.getAt())
                .setOpenedBy(request.getRequestedBy())
                .setUpdatedAt(request.getAt())
                .setActiveAt(request.getAt())
                .setClosedAt(request.getKind() == RequestKind.CLOSE ? request.getAt() : null)
                .build();
    }

    /** A gateway that runs, and its address. */
    record Gateway(Running running, Site site) implements AutoCloseable {
        Client client(String token) {
            return new Client(
                    "http://127.0.0.1:"
                            + running.part(HttpPort.class).orElseThrow().port(),
                    token,
                    site.http);
        }

        Gateway awaitReady() {
            io.probeline.testkit.Await.equal(
                    "a ready gateway",
                    Duration.ofSeconds(20),
                    200,
                    () -> client("").get("/health/ready").status());
            return this;
        }

        @Override
        public void close() {
            running.close();
        }
    }
}
