package io.probeline.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.testkit.Await;
import io.probeline.testkit.CommandHistory.Accepted;
import io.probeline.testkit.CommandHistory.NotSent;
import io.probeline.testkit.CommandHistory.Settled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call about one device: it sends commands by HTTP and reads outcomes from the event stream, at whichever gateway answers, and knows nothing else. A request that
 * was not answered is made again with the same Idempotency-Key.
 */
final class ProofCall {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MOST_OPEN = 4;
    private static final List<String> READ_ONLY =
            List.of("ping_latency", "signal_strength", "ping_latency", "firmware_version", "channel_scan");

    /**
     * How a call behaves.
     *
     * @param reboots how many of a hundred commands may run once only
     * @param pause between two commands, on average
     * @param patience how long an outcome is waited for; one that does not come by then is the checker's to judge
     * @param more whether a call that has sent so many goes on
     */
    record Manner(int reboots, Supplier<Duration> pause, Duration patience, IntPredicate more) {
        Manner(int reboots, Duration pause, Duration patience, IntPredicate more) {
            this(reboots, () -> pause, patience, more);
        }
    }

    /** What the two witnesses saw, over all calls. */
    record Seen(Queue<Accepted> accepted, Queue<Settled> settled, Queue<NotSent> notSent, Queue<String> refused) {
        Seen() {
            this(
                    new ConcurrentLinkedQueue<>(),
                    new ConcurrentLinkedQueue<>(),
                    new ConcurrentLinkedQueue<>(),
                    new ConcurrentLinkedQueue<>());
        }
    }

    private record Answer(int status, JsonNode body) {}

    private final HttpClient http;
    private final List<String> gateways;
    private final Supplier<String> tokens;
    private final String interaction;
    private final String device;
    private final Random random;
    private final Seen seen;
    private final Set<String> open = ConcurrentHashMap.newKeySet();
    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean listening = new AtomicBoolean();
    private volatile boolean over;
    private int gateway;
    private int keys;

    ProofCall(
            HttpClient http,
            List<String> gateways,
            Supplier<String> tokens,
            String interaction,
            String device,
            long seed,
            Seen seen) {
        this.http = http;
        this.gateways = gateways;
        this.tokens = tokens;
        this.interaction = interaction;
        this.device = device;
        this.random = new Random(seed);
        this.seen = seen;
    }

    /** The whole call, on the caller's thread. */
    void run(String customer, Manner manner) {
        var body = JSON.createObjectNode()
                .put("interactionId", interaction)
                .put("customerId", customer)
                .put("deviceId", device);
        body.putArray("requestedCommands").add("firmware_version").add("signal_strength");
        long asked = System.nanoTime();
        var session = send("POST", "/v1/diagnostics/initiate", body, key());
        expect(202, session);
        for (var command : session.body().path("commands")) {
            accepted(command.path("commandId").asText(), command.path("command").asText(), asked);
        }
        var listener = Thread.ofVirtual().name("events-" + device).start(this::listen);
        Await.until(device + ": the session's events", PATIENCE, listening::get);
        try {
            boolean patient = true;
            for (int n = 0; patient && manner.more().test(n); n++) {
                patient = await(manner.patience(), () -> open.size() < MOST_OPEN);
                if (patient) {
                    execute(manner.reboots());
                    LockSupport.parkNanos((long)
                            (random.nextDouble() * 2 * manner.pause().get().toNanos()));
                }
            }
            await(manner.patience(), open::isEmpty);
            expect(202, send("POST", "/v1/diagnostics/sessions/" + interaction + "/close", null, ""));
        } finally {
            over = true;
            listener.interrupt();
        }
    }

    private void execute(int reboots) {
        int kind = random.nextInt(100);
        var command = kind < reboots ? "reboot_module" : READ_ONLY.get(kind % READ_ONLY.size());
        var body = JSON.createObjectNode().put("interactionId", interaction).put("command", command);
        if (command.equals("channel_scan")) {
            body.putObject("params").put("duration", "5s");
        }
        long asked = System.nanoTime();
        var answer = send("POST", "/v1/diagnostics/execute", body, key());
        if (answer.status() != 202) {
            seen.refused().add(device + " " + command + " " + answer.status() + " " + answer.body());
            return;
        }
        var id = answer.body().path("commandId").asText();
        accepted(id, command, asked);
        if (random.nextInt(25) == 0) {
            send("DELETE", "/v1/diagnostics/sessions/" + interaction + "/commands/" + id, null, "");
        }
    }

    private void accepted(String id, String command, long asked) {
        seen.accepted().add(new Accepted(id, device, command, asked, System.nanoTime()));
        open.add(id);
        if (done.contains(id)) {
            open.remove(id);
        }
    }

    private String key() {
        return interaction + "-" + keys++;
    }

    /** Asks until somebody answers for good: a gateway that is away or that recorded nothing is asked again, or the other one. */
    private Answer send(String method, String path, @Nullable ObjectNode body, String key) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (System.nanoTime() < end) {
            try {
                var answer = once(method, path, body, key);
                // 503 and 429: nothing was recorded; 504: perhaps it was, and the same key tells.
                if (answer.status() != 503 && answer.status() != 429 && answer.status() != 504) {
                    return answer;
                }
                last = answer.status() + " " + answer.body();
            } catch (IOException e) {
                last = e.toString();
            }
            gateway++;
            LockSupport.parkNanos(Duration.ofMillis(100 + random.nextInt(200)).toNanos());
        }
        throw new AssertionError(method + " " + path + " had no answer within " + PATIENCE + ": " + last);
    }

    private Answer once(String method, String path, @Nullable ObjectNode body, String key) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(gateways.get(gateway % gateways.size()) + path))
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Bearer " + tokens.get())
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        if (body != null) {
            request.header("Content-Type", "application/json").header("Idempotency-Key", key);
        }
        try {
            var response = http.send(request.build(), BodyHandlers.ofString());
            var text = response.body();
            return new Answer(response.statusCode(), text.startsWith("{") ? JSON.readTree(text) : JSON.nullNode());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static void expect(int status, Answer answer) {
        if (answer.status() != status) {
            throw new AssertionError(answer.toString());
        }
    }

    /** Reads the session's events for as long as the call lasts; where a stream ends it goes on from the last id, at the other gateway. */
    private void listen() {
        var last = new StringBuilder();
        for (int turn = gateway; !over; turn++) {
            try {
                listen(gateways.get(turn % gateways.size()), last);
            } catch (IOException | UncheckedIOException e) {
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void listen(String base, StringBuilder last) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(base + "/v1/diagnostics/sessions/" + interaction + "/events"))
                .header("Authorization", "Bearer " + tokens.get())
                .header("Accept", "text/event-stream");
        if (!last.isEmpty()) {
            request.header("Last-Event-ID", last.toString());
        }
        var response = http.send(request.build(), BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            return;
        }
        var event = new StringBuilder();
        try (var lines = response.body()) {
            lines.forEach(line -> line(line, event, last));
        }
    }

    private void line(String line, StringBuilder event, StringBuilder last) {
        if (line.startsWith("event:")) {
            event.setLength(0);
            event.append(line.substring(6).strip());
        } else if (line.startsWith("id:")) {
            last.setLength(0);
            last.append(line.substring(3).strip());
        } else if (line.startsWith("data:")) {
            listening.set(true);
            if (event.toString().equals("command")) {
                command(line.substring(5));
            }
        }
    }

    /** An event that is told again, to a reader that came back, is the same one. */
    private void command(String text) {
        JsonNode data;
        try {
            data = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        var id = data.path("commandId").asText();
        if (!data.path("state").asText().equals("DONE") || !told.add(text.strip())) {
            return;
        }
        seen.settled().add(new Settled(id, data.path("outcome").asText()));
        if (data.at("/error/code").asText().equals("NOT_SENT")) {
            seen.notSent().add(new NotSent(id, System.nanoTime()));
        }
        done.add(id);
        open.remove(id);
    }

    private static boolean await(Duration limit, BooleanSupplier state) {
        long end = System.nanoTime() + limit.toNanos();
        while (!state.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
        return true;
    }

    static Map<String, Long> byOutcome(Seen seen) {
        return seen.settled().stream()
                .collect(Collectors.groupingBy(Settled::outcome, TreeMap::new, Collectors.counting()));
    }
}
