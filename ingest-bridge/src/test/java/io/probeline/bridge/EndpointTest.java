package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.probeline.schemas.DeviceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the backend is, from its address. */
class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "ws://backend, 80, backend, /v1/devices/d/session",
        "wss://backend, 443, backend, /v1/devices/d/session",
        "ws://backend:8080, 8080, backend:8080, /v1/devices/d/session",
        "wss://backend/a/b, 443, backend, /a/b/v1/devices/d/session",
        "wss://backend/a/b/, 443, backend, /a/b/v1/devices/d/session",
        "ws://[::1]:9000, 9000, [::1]:9000, /v1/devices/d/session",
        "ws://backend/with%20space, 80, backend, /with%20space/v1/devices/d/session"
    })
    void pathAndPort(String url, int port, String authority, String path) {
        var endpoint = Endpoint.of(url);
        assertEquals(port, endpoint.port());
        assertEquals(authority, endpoint.authority());
        assertEquals(path, endpoint.path(new DeviceId("d")));
    }

    @Test
    void anAddressWithoutHostIsNone() {
        assertThrows(IllegalArgumentException.class, () -> Endpoint.of("ws://"));
        assertThrows(IllegalArgumentException.class, () -> Endpoint.of("ws:///path"));
    }
}
