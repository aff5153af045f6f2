package io.probeline.testkit;

import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * tokens, transcript lines, attributes ──▶ what a contact centre keeps; its ends of calls ──▶ notification sockets.
 *
 * <p>A stand-in for Genesys Cloud on loopback, with its quota; login and API have one URL.
 */
public final class GenesysServer implements Closeable {
    private final InstantSource clock;
    private final GenesysStore store;
    private final GenesysTokens tokens = new GenesysTokens();
    private final GenesysQuota quota = new GenesysQuota();
    private final GenesysFaults faults = new GenesysFaults();
    private final GenesysCalls calls = new GenesysCalls();
    private final GenesysNotifications notifications;
    private final GenesysCalling calling;
    private final GenesysDirectory directory;
    private final GenesysGate gate;
    private final Routes page = new Routes(GenesysErrors::noRoute);
    private final StubHttp http;

    /**
     * How the stand-in runs.
     *
     * @param port 0 for a free one
     * @param clock by which tokens expire and windows of the quota end
     * @param file where conversations and transcripts are kept, or null for nowhere
     */
    public record Settings(
            int port,
            String clientId,
            String clientSecret,
            InstantSource clock,
            @Nullable Path file) {

        /** In memory, by the system's clock, for the client "probeline" with the secret "genesys-secret". */
        public static Settings onPort(int port) {
            return new Settings(port, "probeline", "genesys-secret", InstantSource.system(), null);
        }

        public Settings client(String id, String secret) {
            return new Settings(port, id, secret, clock, file);
        }

        public Settings by(InstantSource time) {
            return new Settings(port, clientId, clientSecret, time, file);
        }

        public Settings keptIn(Path path) {
            return new Settings(port, clientId, clientSecret, clock, path);
        }
    }

    /**
     * How the calls went.
     *
     * @param allowed those that the quota let through, whatever became of them
     * @param refused those that it did not
     * @param byStatus how often each status was answered, by the login too; 0 stands for none
     */
    public record Counts(long allowed, long refused, Map<Integer, Long> byStatus) {}

    private GenesysServer(Settings settings) throws IOException {
        this.clock = settings.clock();
        this.store = settings.file() == null ? GenesysStore.inMemory() : GenesysStore.open(settings.file());
        this.notifications = new GenesysNotifications(clock);
        this.calling = new GenesysCalling(store, notifications, clock);
        this.directory = new GenesysDirectory(tokens, clock);
        var login = new GenesysLogin(settings.clientId(), settings.clientSecret(), tokens, clock);
        var api = new GenesysApi(store, calling, directory, notifications, clock);
        this.gate = new GenesysGate(clock, tokens, quota, faults, calls, login, api);
        new GenesysPage(store).addTo(page);
        try {
            this.http = StubHttp.start(settings.port(), this::handle);
        } catch (IOException e) {
            notifications.close();
            store.close();
            throw e;
        }
    }

    /** As usual, on this port or, for 0, a free one. */
    public static GenesysServer start(int port) throws IOException {
        return start(Settings.onPort(port));
    }

    public static GenesysServer start(Settings settings) throws IOException {
        return new GenesysServer(settings);
    }

    private Response handle(Request request) throws IOException {
        return request.path().equals("/") || request.path().equals("/_inspect")
                ? page.handle(request)
                : gate.handle(request);
    }

    public int port() {
        return http.port();
    }

    /** What GENESYS_API_URL and GENESYS_LOGIN_URL are to be, and a page for people. */
    public String url() {
        return http.url();
    }

    // --- what the contact centre does ---

    /** A call begins, with a customer and these agents. */
    public void conversation(String id, String... agentUserIds) {
        calling.begin(id, List.of(agentUserIds));
    }

    /** From now on a conversation that nobody began begins when it is first asked for, with these agents. */
    public void welcome(String... agentUserIds) {
        calling.welcome(List.of(agentUserIds));
    }

    public void agentJoins(String conversationId, String userId) {
        calling.join(conversationId, userId);
    }

    /** An agent leaves, as with every transfer: user.end is told, and the call goes on. */
    public void agentLeaves(String conversationId, String userId) {
        calling.leave(conversationId, userId);
    }

    /** The customer goes: customer.end is told to whoever is subscribed and connected. */
    public void endConversation(String id) {
        calling.end(id);
    }

    /** Tells customer.end of a call that has ended once more. */
    public void repeatEnd(String conversationId) {
        calling.tellEnd(conversationId);
    }

    /** What the directory says of a user; without a role, it does not know them. */
    public void role(String userId, String role) {
        directory.role(userId, role);
    }

    /** An agent's own, opaque token, as the widget sends it. */
    public String agentToken(GenesysAgent agent) {
        return tokens.issue(new GenesysTokens.Caller.Agent(agent), clock.instant());
    }

    // --- how it misbehaves ---

    /** So many requests a minute from now on, and the headers say so. */
    public void limit(int requestsPerMinute) {
        quota.limit(requestsPerMinute, false);
    }

    /** So many requests a minute from now on, while the headers go on to say what they said. */
    public void limitSilently(int requestsPerMinute) {
        quota.limit(requestsPerMinute, true);
    }

    /** Whether answers have the {@code inin-ratelimit-…} headers. */
    public void headers(boolean on) {
        gate.headers(on);
    }

    /** Calls that go wrong, the login's too. */
    public GenesysFaults faults() {
        return faults;
    }

    /** How long tokens are good from now on; those that are out keep their time. */
    public void tokenLifetime(Duration lifetime) {
        tokens.lifetime(lifetime);
    }

    /** No token is good any more. */
    public void revokeTokens() {
        tokens.revokeAll();
    }

    /** Whether notifications are lost. */
    public void loseNotifications(boolean on) {
        notifications.lossy(on);
    }

    /** Announces the end of the notification sockets with v2.system.socket_closing, and ends them. */
    public void endNotificationSockets() {
        notifications.sockets().endAll();
    }

    /** Cuts the notification sockets without a word. */
    public void dropNotificationSockets() {
        notifications.sockets().dropAll();
    }

    // --- what it has seen ---

    /** The transcript of one interaction, in the order of receipt. */
    public List<GenesysMessage> messages(String interactionId) {
        return store.messages(interactionId);
    }

    /** Every interaction's transcript, in the order of receipt. */
    public List<GenesysMessage> allMessages() {
        return store.messages();
    }

    /** The customer's attributes as they are kept for analysis: what came after the call's end is not. */
    public Map<String, String> attributes(String conversationId) {
        var customer =
                store.conversation(conversationId).map(c -> c.customer().id()).orElse("");
        var kept = new LinkedHashMap<String, String>();
        store.writes().stream()
                .filter(w -> !w.late() && w.participantId().equals(customer))
                .forEach(w -> kept.putAll(w.attributes()));
        return kept;
    }

    /** Every call that set attributes, in the order of receipt. */
    public List<GenesysWrite> writes() {
        return store.writes();
    }

    /** Which topics somebody is subscribed to. */
    public Set<String> topics() {
        return notifications.topics();
    }

    /** How many notification sockets are connected. */
    public int notificationSockets() {
        return notifications.sockets().connected();
    }

    /** Every call, in the order of the answers. */
    public List<GenesysCall> calls() {
        return calls.all();
    }

    public Counts counts() {
        return calls.counts();
    }

    /** How many tokens were given out: a second one in a token's lifetime dodges the quota. */
    public int tokensIssued() {
        return tokens.count();
    }

    @Override
    public void close() throws IOException {
        gate.close();
        http.close();
        notifications.close();
        store.close();
    }
}
