package io.probeline.bridge;

import io.probeline.schemas.DeviceId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/** Where the device backend is: {@code ws} or {@code wss}, and a path that is kept (device protocol, "Connection"). */
record Endpoint(boolean secure, String host, int port, String prefix) {
    private static final int PORT = 80;
    private static final int SECURE_PORT = 443;
    private static final int LAST_PORT = 65_535;

    /** What {@link URI} leaves whole because no host of RFC 2396 is in it, such as the name of a container: {@code device_backend:9000}. */
    private static final Pattern OTHER_NAME = Pattern.compile("([A-Za-z0-9._-]+)(?::(\\d{0,9}))?");

    /** @throws IllegalArgumentException when that is no address, saying why without what may be secret in it */
    static Endpoint of(String url) {
        var uri = uri(url);
        boolean secure = "wss".equals(uri.getScheme());
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("a query or a fragment has no place in it");
        }
        if (String.valueOf(uri.getRawAuthority()).contains("@")) {
            throw new IllegalArgumentException("a user has no place in it: a device is dialled with its own secret");
        }
        var path = uri.getRawPath() == null ? "" : uri.getRawPath();
        var prefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return uri.getHost() == null
                ? otherwiseNamed(uri, secure, prefix)
                : new Endpoint(secure, uri.getHost().replaceAll("[\\[\\]]", ""), port(uri.getPort(), secure), prefix);
    }

    private static URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e.getReason() + " at index " + e.getIndex());
        }
    }

    private static Endpoint otherwiseNamed(URI uri, boolean secure, String prefix) {
        var named = OTHER_NAME.matcher(String.valueOf(uri.getRawAuthority()));
        if (uri.getRawAuthority() == null || !named.matches()) {
            throw new IllegalArgumentException("names no host");
        }
        if (secure && named.group(1).contains("_")) {
            throw new IllegalArgumentException("no certificate is accepted for a name with an underscore");
        }
        var port = named.group(2);
        return new Endpoint(
                secure,
                named.group(1),
                port(port == null || port.isEmpty() ? -1 : Integer.parseInt(port), secure),
                prefix);
    }

    /** @param named -1 for none */
    private static int port(int named, boolean secure) {
        if (named == 0 || named > LAST_PORT) {
            throw new IllegalArgumentException("its port must be 1 to " + LAST_PORT);
        }
        return named > 0 ? named : secure ? SECURE_PORT : PORT;
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
