package io.probeline.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A small HTTP server on loopback whose answers are values, misbehaviour included: the base of every stand-in. */
public final class StubHttp implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(StubHttp.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads;
    private final Handler handler;
    private final Faults faults = new Faults();
    private final AtomicLong requests = new AtomicLong();
    /** Opens when the server closes, so that hanging answers never hold it up. */
    private final CountDownLatch closing = new CountDownLatch(1);

    private StubHttp(HttpServer server, Handler handler) {
        this.server = server;
        this.handler = handler;
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("stub-http-", 0).factory());
    }

    /**
     * Starts to answer on 127.0.0.1.
     *
     * @param port the port, or 0 for a free one
     * @throws BindException with the port in its message, where it is taken
     */
    public static StubHttp start(int port, Handler handler) throws IOException {
        var stub = new StubHttp(listen(port), handler);
        stub.server.setExecutor(stub.threads);
        stub.server.createContext("/", stub::exchange);
        stub.server.start();
        return stub;
    }

    private static HttpServer listen(int port) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1024);
        } catch (BindException e) {
            var clear = new BindException("port %d on 127.0.0.1 is taken".formatted(port));
            clear.initCause(e);
            throw clear;
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** The base URL, without a slash at its end. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** The misbehaviour that is asked for first: every stand-in hands it to its test. */
    public Faults faults() {
        return faults;
    }

    /** How many requests have come, those that met a fault included. */
    public long requests() {
        return requests.get();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void exchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = read(exchange);
            requests.incrementAndGet();
            answer(exchange, faults.apply(request, this::handle));
        }
    }

    private Response handle(Request request) {
        try {
            return handler.handle(request);
        } catch (Malformed e) {
            return Response.json(400, Map.of("error", String.valueOf(e.getMessage())));
        } catch (IOException | RuntimeException e) {
            // A stand-in's own bug must show up as such, and must not be taken for scripted silence.
            LOG.error("{} {} failed in the stand-in", request.method(), request.path(), e);
            return Response.json(500, Map.of("error", e.toString()));
        }
    }

    private static Request read(HttpExchange exchange) throws IOException {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
        var uri = exchange.getRequestURI();
        return new Request(
                exchange.getRequestMethod(),
                uri.getRawPath(),
                form(Optional.ofNullable(uri.getRawQuery()).orElse("")),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    private void answer(HttpExchange exchange, Response response) throws IOException {
        switch (response) {
            case Response.Answer a -> send(exchange, a, a.bytes().length);
            case Response.Truncated t -> send(exchange, t.answer(), t.answer().bytes().length + 1);
            case Response.Late late -> {
                pause(late.by());
                answer(exchange, late.response());
            }
            case Response.Hang hang -> pause(hang.atMost());
            case Response.Drop() -> {}
        }
    }

    /** Announces `length` bytes and writes what there is; a promise that is not kept ends with the connection cut. */
    private static void send(HttpExchange exchange, Response.Answer answer, int length) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        var bodiless = length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : length);
        if (!bodiless) {
            exchange.getResponseBody().write(answer.bytes());
        }
    }

    private void pause(Duration duration) throws IOException {
        try {
            if (closing.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("the server closes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the server closes", e);
        }
    }

    private static Map<String, String> form(String encoded) {
        var fields = new LinkedHashMap<String, String>();
        for (var pair : encoded.split("&", -1)) {
            var at = pair.indexOf('=');
            if (!pair.isEmpty()) {
                fields.put(decode(at < 0 ? pair : pair.substring(0, at)), at < 0 ? "" : decode(pair.substring(at + 1)));
            }
        }
        return fields;
    }

    private static String decode(String encoded) {
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    }

    /** What a stand-in does with a request. */
    @FunctionalInterface
    public interface Handler {
        Response handle(Request request) throws IOException;
    }

    /** A body that can't be read as what it should be; answered with 400 unless the stand-in answers it itself. */
    public static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Malformed(String what, Throwable cause) {
            super(what, cause);
        }
    }

    /**
     * One request as it came.
     *
     * @param path raw, without the query
     * @param query decoded, the last one of a name
     * @param headers without regard to case, the first one of a name
     * @param body as UTF-8 text, empty where there is none
     */
    public record Request(
            String method, String path, Map<String, String> query, Map<String, String> headers, String body) {

        /** The path's segments, decoded: {@code /a/b%2Fc} is {@code [a, b/c]}. */
        public List<String> segments() {
            return Arrays.stream(path.split("/", -1))
                    .skip(1)
                    // In a path a plus is a plus.
                    .map(s -> decode(s.replace("+", "%2B")))
                    .toList();
        }

        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        /** The token of {@code Authorization: Bearer …}. */
        public Optional<String> bearer() {
            return header("Authorization").filter(h -> h.startsWith("Bearer ")).map(h -> h.substring(7));
        }

        /** The fields of a form body. */
        public Map<String, String> form() {
            return StubHttp.form(body);
        }

        /** The body as JSON, or {@link Malformed}. */
        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new Malformed("not JSON: " + e.getOriginalMessage(), e);
            }
        }
    }

    /** What the caller gets: an answer, or one of the ways in which servers misbehave. */
    public sealed interface Response {
        /** A whole answer. */
        record Answer(int status, Map<String, String> headers, String body) implements Response {
            byte[] bytes() {
                return body.getBytes(StandardCharsets.UTF_8);
            }

            public Answer with(String header, String value) {
                var more = new LinkedHashMap<>(headers);
                more.put(header, value);
                return new Answer(status, more, body);
            }
        }

        /** The right answer, or another misbehaviour, too late. */
        record Late(Duration by, Response response) implements Response {}

        /** An answer whose last byte never comes: the connection is cut before. */
        record Truncated(Answer answer) implements Response {}

        /** Silence for so long, then the connection is cut. */
        record Hang(Duration atMost) implements Response {}

        /** The connection is cut at once. */
        record Drop() implements Response {}

        /** Any object that Jackson can write, a JsonNode or a Map for example. */
        static Answer json(int status, Object value) {
            try {
                return of(status, "application/json", JSON.writeValueAsString(value));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        static Answer of(int status, String contentType, String body) {
            return new Answer(status, Map.of("Content-Type", contentType), body);
        }

        static Answer empty(int status) {
            return new Answer(status, Map.of(), "");
        }

        static Response late(Duration by, Response response) {
            return new Late(by, response);
        }

        static Response truncated(Answer answer) {
            return new Truncated(answer);
        }

        static Response hang(Duration atMost) {
            return new Hang(atMost);
        }

        static Response drop() {
            return new Drop();
        }
    }
}
