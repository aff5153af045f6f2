package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.testkit.StubHttp.Response;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StubHttpTest {
    private final AtomicInteger handled = new AtomicInteger();
    private StubHttp stub;
    private Call call;

    @BeforeEach
    void start() throws IOException {
        stub = StubHttp.start(0, request -> {
            handled.incrementAndGet();
            return request.path().equals("/json")
                    ? Response.json(200, request.json())
                    : Response.json(
                            200,
                            Map.of(
                                    "segments", request.segments(),
                                    "query", request.query(),
                                    "header", request.header("x-PROBE").orElse("none")));
        });
        call = new Call(stub.url());
    }

    @AfterEach
    void stop() {
        call.close();
        stub.close();
    }

    @Test
    void aRequestArrivesWhole() throws Exception {
        var answer = call.get("/a+b/c%2Fd?x=1%202&flag", "X-Probe", "yes");
        assertEquals(200, answer.status());
        assertEquals(
                "{\"segments\":[\"a+b\",\"c/d\"],\"query\":{\"x\":\"1 2\",\"flag\":\"\"},\"header\":\"yes\"}",
                sorted(answer));
        assertEquals(
                "application/json",
                answer.raw().headers().firstValue("content-type").orElseThrow());
    }

    @Test
    void aBodyThatIsNotJsonIsTheCallersMistake() throws Exception {
        assertEquals(200, call.send("POST", "/json", "{\"a\":1}").status());
        assertEquals(400, call.send("POST", "/json", "{\"a\":").status());
    }

    @Test
    void faultsAreUsedUpInOrder() throws Exception {
        stub.faults().next(2, Response.empty(503));
        stub.faults().next(1, Response.drop());
        assertEquals(503, call.get("/").status());
        assertEquals(503, call.get("/").status());
        assertThrows(IOException.class, () -> call.send("POST", "/", "x"));
        assertEquals(0, handled.get());
        assertEquals(200, call.get("/").status());
        assertEquals(4, stub.requests());
    }

    @Test
    void anAnswerCanBeLostAfterTheWorkIsDone() {
        stub.faults().nextAfterwards(1, Response.drop());
        assertThrows(IOException.class, () -> call.send("POST", "/", "x"));
        assertEquals(1, handled.get());
    }

    @Test
    void anAnswerCanBeCutShort() {
        stub.faults().next(1, Response.truncated(Response.of(200, "text/plain", "hal")));
        assertThrows(IOException.class, () -> call.send("POST", "/", "x"));
    }

    @Test
    void closingEndsWhatHangs() throws Exception {
        stub.faults().always(Response.hang(Duration.ofMinutes(5)));
        var hanging =
                Thread.ofVirtual().start(() -> assertThrows(IOException.class, () -> call.send("POST", "/", "x")));
        Await.until("the request to hang", Duration.ofSeconds(5), () -> stub.requests() == 1);
        stub.close();
        assertTrue(hanging.join(Duration.ofSeconds(5)));
    }

    @Test
    void aTakenPortIsNamed() {
        var taken =
                assertThrows(BindException.class, () -> StubHttp.start(stub.port(), request -> Response.empty(204)));
        assertEquals("port %d on 127.0.0.1 is taken".formatted(stub.port()), taken.getMessage());
    }

    private static String sorted(Call.Answered answer) throws IOException {
        var json = answer.json();
        return "{\"segments\":%s,\"query\":%s,\"header\":%s}"
                .formatted(json.get("segments"), json.get("query"), json.get("header"));
    }
}
