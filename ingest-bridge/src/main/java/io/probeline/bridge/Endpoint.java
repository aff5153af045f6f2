package io.probeline.bridge;

import io.probeline.schemas.DeviceId;
import java.net.URI;

/** Where the device backend is: {@code ws} or {@code wss}, and a path that is kept (device protocol, "Connection"). */
record Endpoint(boolean secure, String host, int port, String prefix) {
    private static final int PORT = 80;
    private static final int SECURE_PORT = 443;

    /** @throws IllegalArgumentException when it names no host */
    static Endpoint of(String url) {
        var uri = URI.create(url);
        boolean secure = "wss".equals(uri.getScheme());
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("names no host");
        }
        var host = uri.getHost().replaceAll("[\\[\\]]", "");
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? SECURE_PORT : PORT;
        var path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return new Endpoint(secure, host, port, path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    /** An id needs no escaping: see {@link io.probeline.schemas.Ids}. */
    String path(DeviceId device) {
        return prefix + "/v1/devices/" + device.value() + "/session";
    }

    /** The Host header: an IPv6 address in brackets, and no port that goes without saying. */
    String authority() {
        var name = host.contains(":") ? "[" + host + "]" : host;
        return port == (secure ? SECURE_PORT : PORT) ? name : name + ":" + port;
    }
}
