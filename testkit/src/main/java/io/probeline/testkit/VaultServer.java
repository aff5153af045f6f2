package io.probeline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.probeline.testkit.Routes.Arguments;
import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.io.Closeable;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A vault with the KV v2 API at {@code secret/data/devices/{deviceId}}, for whoever has its token. */
public final class VaultServer implements Closeable {
    private static final String PATH = "/v1/secret/data/devices/{deviceId}";
    private static final Map<String, Boolean> HEALTHY = Map.of("initialized", true, "sealed", false, "standby", false);

    private final Map<String, Stored> secrets = new ConcurrentHashMap<>();
    private final Map<String, Integer> reads = new ConcurrentHashMap<>();
    private final String token;
    private final InstantSource clock;
    private final StubHttp http;

    private VaultServer(int port, String token, InstantSource clock) throws IOException {
        this.token = token;
        this.clock = clock;
        this.http = StubHttp.start(
                port,
                new Routes(status -> errors(status, "no handler for route"))
                        .on("GET", PATH, guarded(this::read))
                        .on("POST", PATH, guarded(this::write))
                        .on("PUT", PATH, guarded(this::write))
                        .on("DELETE", PATH, guarded(this::delete))
                        .on("GET", "/v1/sys/health", (request, none) -> Response.json(200, HEALTHY)));
    }

    private record Stored(JsonNode data, int version, Instant created) {
        Map<String, Object> metadata() {
            return Map.of(
                    "created_time", created.toString(), "deletion_time", "", "destroyed", false, "version", version);
        }
    }

    /** Starts empty, with a token of its own. */
    public static VaultServer start(int port) throws IOException {
        var random = new byte[16];
        new SecureRandom().nextBytes(random);
        return start(port, "hvs." + HexFormat.of().formatHex(random));
    }

    public static VaultServer start(int port, String token) throws IOException {
        return new VaultServer(port, token, InstantSource.system());
    }

    public int port() {
        return http.port();
    }

    /** What belongs into {@code VAULT_ADDR}. */
    public String url() {
        return http.url();
    }

    /** What belongs into {@code VAULT_TOKEN}. */
    public String token() {
        return token;
    }

    public Faults faults() {
        return http.faults();
    }

    /** How many requests have come. */
    public long requests() {
        return http.requests();
    }

    /** How often the secret of this device has been given out. */
    public int reads(String deviceId) {
        return reads.getOrDefault(deviceId, 0);
    }

    /** Keeps a device's secret, as the next version of the one before it. */
    public void put(String deviceId, String secret) {
        put(deviceId, JsonNodeFactory.instance.objectNode().put("secret", secret));
    }

    public void remove(String deviceId) {
        secrets.remove(deviceId);
    }

    @Override
    public void close() {
        http.close();
    }

    private Stored put(String deviceId, JsonNode data) {
        var first = new Stored(data, 1, clock.instant());
        return secrets.merge(deviceId, first, (old, same) -> new Stored(data, old.version() + 1, first.created()));
    }

    private Response read(Request request, Arguments in) {
        var deviceId = in.get("deviceId");
        return Optional.ofNullable(secrets.get(deviceId))
                .map(stored -> {
                    reads.merge(deviceId, 1, Integer::sum);
                    return answer(Map.of("data", stored.data(), "metadata", stored.metadata()));
                })
                .orElseGet(() -> errors(404));
    }

    private Response write(Request request, Arguments in) {
        var data = request.json().path("data");
        return data.isObject() ? answer(put(in.get("deviceId"), data).metadata()) : errors(400, "no data provided");
    }

    private Response delete(Request request, Arguments in) {
        remove(in.get("deviceId"));
        return Response.empty(204);
    }

    private Routes.Action guarded(Routes.Action action) {
        return (request, in) ->
                request.header("X-Vault-Token").filter(token::equals).isPresent()
                        ? action.answer(request, in)
                        : errors(403, "permission denied");
    }

    /** Vault's envelope, of which only the data is of interest here. */
    private static Response answer(Map<String, Object> data) {
        return Response.json(200, Map.of("lease_id", "", "renewable", false, "lease_duration", 0, "data", data));
    }

    private static Response errors(int status, String... messages) {
        return Response.json(status, Map.of("errors", List.of(messages)));
    }
}
