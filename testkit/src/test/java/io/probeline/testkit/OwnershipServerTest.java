package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.testkit.StubHttp.Response;
import org.junit.jupiter.api.Test;

class OwnershipServerTest {
    @Test
    void knowsWhoOwnsWhat() throws Exception {
        try (var register = OwnershipServer.start(0);
                var call = new Call(register.url())) {
            register.own("c-1", "washer-17");
            assertEquals(200, call.get("/customers/c-1/devices/washer-17").status());
            assertEquals(404, call.get("/customers/c-2/devices/washer-17").status());
            assertEquals(404, call.get("/customers/c-1/devices/oven-3").status());
            register.disown("c-1", "washer-17");
            assertEquals(404, call.get("/customers/c-1/devices/washer-17").status());
            register.faults().next(1, Response.empty(500));
            assertEquals(500, call.get("/customers/c-1/devices/washer-17").status());
            assertEquals(5, register.requests());
        }
    }
}
