package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.probeline.runtime.Http;
import io.probeline.runtime.World;
import io.probeline.schemas.LineTexts;
import io.probeline.testkit.StubHttp;
import io.probeline.testkit.StubHttp.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What an operator sets for the platform holds for the way to Genesys: proxy, trust. */
@Isolated("system properties are everyone's")
class PlatformTest {
    private static final String PASSWORD = "only-for-this-test";

    @Test
    void theProxyOfThePlatformIsUsed() throws IOException {
        var asked = new CopyOnWriteArrayList<String>();
        try (var proxy = StubHttp.start(0, request -> {
            asked.add(request.path());
            return request.path().endsWith("/oauth/token")
                    ? Response.json(200, Map.of("access_token", "t", "token_type", "bearer", "expires_in", 3600))
                    : Response.json(202, Map.of());
        })) {
            with(
                    Map.of("http.proxyHost", "127.0.0.1", "http.proxyPort", Integer.toString(proxy.port())),
                    () -> assertInstanceOf(Answer.Done.class, say("http://api.genesys.invalid")));
        }
        assertEquals(
                List.of("/oauth/token", "/v2/interactions/call/transcript/messages"),
                asked,
                "a name that nobody knows is the proxy's to find");
    }

    @Test
    void theTrustStoreOfThePlatformIsUsed(@TempDir Path folder) throws Exception {
        var store = folder.resolve("store.p12");
        make(store);
        var server = server(store);
        server.start();
        try {
            var url = "https://127.0.0.1:" + server.getAddress().getPort();
            var refused = assertInstanceOf(Answer.Failed.class, say(url));
            assertEquals("the login can't be reached: SSLHandshakeException", refused.reason());
            with(
                    Map.of("javax.net.ssl.trustStore", store.toString(), "javax.net.ssl.trustStorePassword", PASSWORD),
                    () -> assertInstanceOf(Answer.Done.class, say(url)));
        } finally {
            server.stop(0);
        }
    }

    private static HttpsServer server(Path store) throws IOException, GeneralSecurityException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            var body = "{\"access_token\":\"t\",\"token_type\":\"bearer\",\"expires_in\":3600}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        return server;
    }

    /** One certificate, made by the JDK's own tool, for 127.0.0.1. */
    private static void make(Path store) throws IOException, InterruptedException {
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var arguments = "-genkeypair -alias it -keyalg EC -dname CN=it -ext san=ip:127.0.0.1 -storepass " + PASSWORD;
        var command = new ArrayList<String>(List.of(keytool, "-keystore", store.toString()));
        command.addAll(List.of(arguments.split(" ")));
        var made = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, made.waitFor());
    }

    private static Answer say(String url) {
        try (var http = Http.within(Duration.ofSeconds(5))) {
            var client = new SinkConfig.Client("probeline", "genesys-secret");
            var token = new GenesysToken(url, client, http.client(), World.real());
            var target = new TranscriptMessages(
                    new Genesys(url, http.client(), token), TranscriptPath.standard(), LineTexts.shipped());
            var line = Lines.lost("call", 0);
            return target.write(line, target.said(line));
        }
    }

    private static void with(Map<String, String> properties, Runnable work) {
        properties.forEach(System::setProperty);
        try {
            work.run();
        } finally {
            properties.keySet().forEach(System::clearProperty);
        }
    }
}
