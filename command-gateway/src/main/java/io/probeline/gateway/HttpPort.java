package io.probeline.gateway;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;

/** HTTP ──▶ calls, answers ──▶ HTTP, on a virtual thread for each connection; it translates, and decides nothing. */
public final class HttpPort implements AutoCloseable {
    /** The largest body that is read. */
    static final int MOST_BYTES = 64 * 1024;

    /** Architect wants its answer within 2 s. */
    private static final Duration DUE = Duration.ofMillis(1_900);

    private static final int MOST_HEADER_BYTES = 16 * 1024;

    /** The server tells of its start and end by itself, outside our log; held here, or the level is lost with the logger. */
    private static final java.util.logging.Logger SERVER_LOG = java.util.logging.Logger.getLogger("io.helidon");

    private final WebServer server;

    private HttpPort(WebServer server) {
        this.server = server;
    }

    /** @throws Running.StartFailed in one line, when the port is taken */
    static HttpPort open(GatewayConfig.Listen listen, Reception reception, World world) {
        SERVER_LOG.setLevel(Level.WARNING);
        var server = WebServer.builder()
                .host(listen.host())
                .port(listen.httpPort())
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofMillis(500))
                .backlog(4_096)
                .maxPayloadSize(16L * MOST_BYTES)
                .addProtocol(
                        Http1Config.builder().maxHeadersSize(MOST_HEADER_BYTES).build())
                .directHandlers(handlers -> {
                    for (var type : DirectHandler.EventType.values()) {
                        handlers.addHandler(type, HttpPort::unreadable);
                    }
                })
                .routing(routing -> routing.any((request, response) -> serve(request, response, reception, world)))
                .build();
        requireFree(listen);
        server.start();
        if (!server.isRunning()) {
            throw new Running.StartFailed("HTTP_PORT " + listen.httpPort() + " can't be opened");
        }
        return new HttpPort(server);
    }

    /** The server itself tells of a taken port in its log alone. */
    private static void requireFree(GatewayConfig.Listen listen) {
        try (var probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(listen.host(), listen.httpPort()));
        } catch (BindException e) {
            throw new Running.StartFailed("HTTP_PORT " + listen.httpPort() + " is taken by another process", e);
        } catch (IOException e) {
            throw new Running.StartFailed("HTTP_PORT " + listen.httpPort() + " can't be opened: " + e.getMessage(), e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static void serve(ServerRequest request, ServerResponse response, Reception reception, World world)
            throws IOException {
        var path = request.prologue().uriPath().rawPath();
        switch (reception.receive(call(request, world), path)) {
            case Answer.Whole whole -> {
                response.status(whole.status());
                common(response, whole.type());
                whole.headers().forEach(response::header);
                response.send(whole.body());
            }
            case Answer.Refused(var problem) -> refuse(response, problem);
            case Answer.Streamed streamed -> stream(response, streamed);
        }
    }

    private static void refuse(ServerResponse response, Problem problem) {
        response.status(problem.status());
        common(response, "application/problem+json");
        problem.retryAfterSeconds().ifPresent(seconds -> response.header("Retry-After", Integer.toString(seconds)));
        switch (problem.status()) {
            case 401 -> response.header("WWW-Authenticate", "Bearer");
            case 405 -> response.header("Allow", problem.detail().substring("allowed: ".length()));
            // What is left of the body is not read.
            case 413 -> response.header("Connection", "close");
            default -> {}
        }
        response.send(problem.json().toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Whoever is cut off, or is gone, gets no proper end: writing one would wait for a reader who does not read. */
    private static void stream(ServerResponse response, Answer.Streamed streamed) {
        common(response, streamed.type());
        response.header("X-Accel-Buffering", "no");
        try {
            var out = response.outputStream();
            streamed.writer().write(out);
            out.close();
        } catch (InterruptedException e) {
            throw new CloseConnectionException("the reader was cut off", e);
        } catch (IOException | UncheckedIOException e) {
            throw new CloseConnectionException("the reader is gone", e);
        }
    }

    private static void common(ServerResponse response, String type) {
        response.header("Content-Type", type);
        response.header("X-Content-Type-Options", "nosniff");
        response.header("Cache-Control", "no-store");
    }

    private static Call call(ServerRequest request, World world) throws IOException {
        var headers = new HashMap<String, String>();
        request.headers().forEach(each -> headers.putIfAbsent(each.name().toLowerCase(Locale.ROOT), each.get()));
        return new Call(
                request.prologue().method().text(),
                Map.of(),
                Map.copyOf(headers),
                request.remotePeer().host(),
                body(request),
                Deadline.in(DUE, world));
    }

    private static Call.Payload body(ServerRequest request) throws IOException {
        var announced = request.headers().contentLength();
        if (announced.isPresent() && announced.getAsLong() > MOST_BYTES) {
            return new Call.Payload.TooLarge();
        }
        if (!request.content().hasEntity()) {
            return new Call.Payload.Bytes(new byte[0]);
        }
        var bytes = request.content().inputStream().readNBytes(MOST_BYTES + 1);
        return bytes.length > MOST_BYTES ? new Call.Payload.TooLarge() : new Call.Payload.Bytes(bytes);
    }

    /** What is no HTTP, or too much of it, never reaches the routes; it gets the same kind of answer. */
    private static DirectHandler.TransportResponse unreadable(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType type,
            Status status,
            io.helidon.http.ServerResponseHeaders headers,
            String message) {
        var problem = status.code() == 413
                ? Problem.tooLarge(MOST_BYTES)
                : status.code() >= 500 ? Problem.internal() : Problem.malformed("the request is no valid HTTP");
        headers.set(HeaderNames.CONTENT_TYPE, "application/problem+json");
        return DirectHandler.TransportResponse.builder()
                .status(Status.create(problem.status()))
                .headers(headers)
                .entity(problem.json().toString().getBytes(StandardCharsets.UTF_8))
                .keepAlive(false)
                .build();
    }
}
