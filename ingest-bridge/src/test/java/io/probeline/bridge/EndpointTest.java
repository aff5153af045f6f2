package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.probeline.schemas.DeviceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        "ws://device_backend:9000, 9000, device_backend:9000, /v1/devices/d/session",
        "ws://device_backend/base, 80, device_backend, /base/v1/devices/d/session",
        "ws://backend:, 80, backend, /v1/devices/d/session",
        "ws://backend:65535, 65535, backend:65535, /v1/devices/d/session",
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

    /** Each would be found out with the first session, or never. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://backend:0",
                "ws://backend:65536",
                "ws://backend:99999999999",
                "ws://device_backend:65536",
                "wss://device_backend:9000",
                "ws://backend/base?region=eu",
                "ws://backend/base#there",
                "ws://user:canary@backend",
                "ws://user:canary@device_backend",
                "ws://user:canary@back end",
                "ws://back*end"
            })
    void whatCannotBeDialledAsItStandsIsNone(String url) {
        var refused = assertThrows(IllegalArgumentException.class, () -> Endpoint.of(url));
        assertFalse(String.valueOf(refused.getMessage()).contains("canary"), refused.getMessage());
    }
}
