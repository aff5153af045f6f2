package io.probeline.testkit;

import io.probeline.testkit.StubHttp.Response;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The register of who owns which device: 200 for an owner, 404 for anyone else. */
public final class OwnershipServer implements Closeable {
    private final Set<Owned> owned = ConcurrentHashMap.newKeySet();
    private final StubHttp http;

    private OwnershipServer(int port) throws IOException {
        var routes = new Routes(status -> Response.json(status, Map.of("error", "no such page")))
                .on("GET", "/customers/{customerId}/devices/{deviceId}", (request, in) -> {
                    var asked = new Owned(in.get("customerId"), in.get("deviceId"));
                    return owned.contains(asked)
                            ? Response.json(200, asked)
                            : Response.json(404, Map.of("error", "not_owner"));
                });
        this.http = StubHttp.start(port, routes);
    }

    private record Owned(String customerId, String deviceId) {}

    /** Starts with nobody owning anything. */
    public static OwnershipServer start(int port) throws IOException {
        return new OwnershipServer(port);
    }

    public int port() {
        return http.port();
    }

    /** What belongs into {@code OWNERSHIP_URL}. */
    public String url() {
        return http.url();
    }

    public Faults faults() {
        return http.faults();
    }

    /** How many requests have come. */
    public long requests() {
        return http.requests();
    }

    public void own(String customerId, String deviceId) {
        owned.add(new Owned(customerId, deviceId));
    }

    public void disown(String customerId, String deviceId) {
        owned.remove(new Owned(customerId, deviceId));
    }

    @Override
    public void close() {
        http.close();
    }
}
