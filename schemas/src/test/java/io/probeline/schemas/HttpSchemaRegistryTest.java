package io.probeline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import io.probeline.schemas.SchemaRegistry.RegistryException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is the registry's last word, for which a record is refused, and what is only trouble on the way to it, which is waited for. */
class HttpSchemaRegistryTest {
    private HttpServer server;
    private HttpSchemaRegistry registry;
    private volatile int status;
    private volatile String body = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        registry =
                new HttpSchemaRegistry("http://127.0.0.1:" + server.getAddress().getPort(), new OkHttpClient());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "404 | {\"error_code\":40403,\"message\":\"Schema 7 not found\"} | false",
                "404 | {\"message\":\"no such thing\", \"error_code\" : 40401} | false",
                "422 | {\"error_code\":42201,\"message\":\"Invalid schema\"} | false",
                "409 | {\"error_code\":409,\"message\":\"incompatible\"} | false",
                "404 | <html>nginx</html> | true",
                "404 | {\"error_code\":404,\"message\":\"HTTP 404 Not Found\"} | true",
                "401 | {\"error_code\":401,\"message\":\"Unauthorized\"} | true",
                "403 | `` | true",
                "408 | `` | true",
                "429 | `` | true",
                "500 | {\"error_code\":50001} | true",
                "200 | <html>log in first</html> | true"
            })
    void onlyItsOwnWordIsTheLast(int code, String text, boolean retriable) {
        status = code;
        body = text;
        var thrown = assertThrows(RegistryException.class, () -> registry.byId(7));
        assertEquals(retriable, thrown.retriable(), thrown.getMessage());
    }

    @Test
    void whatIsKnownIsNotAskedForAgain() {
        status = 200;
        body = "{\"schema\":\"\\\"string\\\"\"}";
        var schema = registry.byId(7);
        status = 500;
        assertEquals(schema, registry.byId(7));
    }
}
