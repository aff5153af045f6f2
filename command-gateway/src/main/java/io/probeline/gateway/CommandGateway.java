package io.probeline.gateway;

import io.probeline.runtime.AdminPort;
import io.probeline.runtime.Health;
import io.probeline.runtime.Http;
import io.probeline.runtime.Main;
import io.probeline.runtime.Metrics;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.UUID;

/** HTTP ──▶ session-requests, commands, audit;  sessions, aggregates, alerts ──▶ SSE, widget */
public final class CommandGateway {
    /** A look-up outside is over before Architect's patience is. */
    private static final Duration LOOK_UP = Duration.ofMillis(1_500);

    /** No request waits for it: what it gives is asked for at the start, and by the readers of the views. */
    private static final Duration REGISTRY_LIMIT = Duration.ofSeconds(5);

    private CommandGateway() {}

    /** The port that it listens on is {@code running.part(HttpPort.class)}. */
    public static Running start(GatewayConfig config, World world) {
        return Running.of(owned -> {
            var name = "gateway-" + UUID.randomUUID().toString().substring(0, 8);
            var metrics = owned.add(Metrics.of("command-gateway"));
            var counts = new GatewayMetrics(metrics.registry());
            var http = owned.add(Http.within(LOOK_UP)).client();
            var kafka = new KafkaParts(config.kafka(), name);
            var admin = owned.add(kafka.admin());
            new TopicSetup(admin).ensure(Topics.standing());
            var registryClient = owned.add(Http.within(REGISTRY_LIMIT));
            var registry = new HttpSchemaRegistry(config.registryUrl(), registryClient.client());

            var board = new Board(config.lines()::say);
            counts.board(board);
            var views =
                    owned.add(Views.open(kafka, admin, registry, board, counts, config.sessionMaxAge(), world, owned));
            var journal = owned.add(new Journal(kafka::transactional, counts, world).start(owned));
            var topics = owned.add(new CommandTopics(admin, journal));

            var genesys = new GenesysClient(config.genesys(), http, world);
            var directory = new GenesysDirectory(config.genesys().roleSource(), genesys);
            var roles = new Roles(directory::roles, counts, world);
            var register = new OwnershipRegister(config.ownershipUrl(), http, counts);
            var oidc = config.oidc();
            var tokens = new Tokens(oidc, new JwksFetch(oidc.issuer(), oidc.jwksUrl(), http), world);
            var health = new Health();
            health.ready("views", views::trouble);
            health.ready("journal", journal::trouble);

            var participants = new Participants(call -> genesys.get("conversations", call), counts, world);
            var desk = new Desk(board, views.barriers(), journal, new Drafts(registry), participants, world);
            owned.add(new Janitor(desk, views.barriers().all(), topics, counts, world).start(owned));
            var share = new CallShare(kafka.member(CallShare.GROUP), Topics.SESSIONS.name());
            var closer = new CallCloser(desk, name, counts);
            owned.add(new CallEnds(share, board, closer, genesys, http, counts, world).start(owned));
            var permission = new Permission(config.catalogue(), roles);
            var api = new Api(desk, participants, permission, register, topics, counts);
            var open = new OpenDocuments(new Widget(config.genesys().appsUrl(), config.documents()), health, metrics);
            var reception = new Reception(api.with(open), tokens, desk, config.rate(), counts, name);
            owned.add(HttpPort.open(config.listen(), reception, world));
            // Last, so that nothing says ready before it listens.
            owned.add(AdminPort.open(config.listen().adminPort(), health, metrics));
        });
    }

    public static void main(String[] args) {
        Main.run("command-gateway", GatewayConfig::from, CommandGateway::start);
    }
}
