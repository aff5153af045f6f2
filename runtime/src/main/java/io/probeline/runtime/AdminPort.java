package io.probeline.runtime;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** {@code /health/live}, {@code /health/ready} and {@code /metrics} of a service, on a port of their own. */
public final class AdminPort implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final Health health;

    private AdminPort(HttpServer server, Health health) {
        this.server = server;
        this.health = health;
    }

    public static AdminPort open(int port, Health health, Metrics metrics) {
        HttpServer server;
        try {
            server = HttpServer.create(address(port), 64);
        } catch (BindException e) {
            throw new Running.StartFailed("ADMIN_PORT " + port + " is taken by another process", e);
        } catch (IOException e) {
            throw new Running.StartFailed("ADMIN_PORT " + port + " can't be opened: " + e.getMessage(), e);
        }
        var admin = new AdminPort(server, health);
        server.setExecutor(admin.threads);
        server.createContext("/health/live", exchange -> answer(exchange, health.notLive(), Map.of()));
        server.createContext("/health/ready", exchange -> answer(exchange, health.notReady(), health.notes()));
        server.createContext(
                "/metrics",
                exchange -> send(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()));
        server.start();
        return admin;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** What this port tells. */
    public Health health() {
        return health;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    /** The answer's body, the same on the admin port and on the gateway's. */
    public static String body(Map<String, String> troubles) {
        return body(troubles, Map.of());
    }

    /** @param notes what does not make it DOWN; left out where there is none */
    private static String body(Map<String, String> troubles, Map<String, String> notes) {
        return "{\"status\":\"" + (troubles.isEmpty() ? "UP" : "DOWN") + "\",\"troubles\":" + object(troubles)
                + (notes.isEmpty() ? "" : ",\"notes\":" + object(notes)) + "}";
    }

    private static String object(Map<String, String> texts) {
        return texts.entrySet().stream()
                .map(e -> quoted(e.getKey()) + ":" + quoted(e.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** A port that the operator named is for a scraper on another machine; a free one is only ever asked for by who runs it here. */
    private static InetSocketAddress address(int port) {
        return port == 0 ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0) : new InetSocketAddress(port);
    }

    private static void answer(HttpExchange exchange, Map<String, String> troubles, Map<String, String> notes)
            throws IOException {
        send(exchange, troubles.isEmpty() ? 200 : 503, "application/json", body(troubles, notes));
    }

    private static String quoted(String text) {
        return '"' + text.replaceAll("[\\p{Cntrl}]", " ").replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
