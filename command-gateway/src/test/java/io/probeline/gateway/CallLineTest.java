package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.runtime.Http;
import io.probeline.runtime.World;
import io.probeline.testkit.Await;
import io.probeline.testkit.GenesysServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a notification socket comes to be, or does not. */
class CallLineTest implements CallLine.Ear {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration BRIEF = Duration.ofMillis(300);

    private final Http http = Http.within(SOON);
    private final BlockingQueue<Runnable> inbox = new ArrayBlockingQueue<>(100);
    private final CallLine line = new CallLine(this, inbox, () -> {});
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void aHandshakeThatHangsIsGivenUp() throws IOException {
        try (var mute = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"))) {
            dial("ws://127.0.0.1:" + mute.getLocalPort(), BRIEF);
            try (var accepted = mute.accept()) {
                assertEnds(accepted);
                await("ended");
            }
        }
    }

    @Test
    void oneThatIsCancelledNeverComes() throws IOException {
        try (var mute = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"))) {
            dial("ws://127.0.0.1:" + mute.getLocalPort(), Duration.ofMinutes(5));
            try (var accepted = mute.accept()) {
                line.cancel();
                assertEnds(accepted);
                await("ended");
            }
        }
    }

    @Test
    void oneThatHasComeMayBeSilent() throws IOException {
        try (var server = GenesysServer.start(0)) {
            var config = new GatewayConfig.Genesys(
                    server.url(),
                    server.url(),
                    "probeline",
                    "genesys-secret",
                    new GatewayConfig.RoleSource.AuthorizationRole());
            var genesys = new GenesysClient(config, http.client(), World.real());
            var channel = genesys.send("POST", Json.object(), "notifications", "channels")
                    .orElseThrow();
            dial(channel.path("connectUri").asText(), Duration.ofSeconds(2));
            await("opened");
            long opened = System.nanoTime();
            Await.until("the end of the time that it had", SOON, () -> System.nanoTime() - opened > 3_000_000_000L);
            assertEquals(List.of(), told);
            line.ping();
            await("heard");
            line.close();
        }
    }

    private void dial(String url, Duration most) {
        line.dial(
                CallLine.client(http.client(), most),
                new Request.Builder().url(url).build());
    }

    /** What the handshake asks comes, and then the end. */
    private static void assertEnds(Socket socket) throws IOException {
        socket.setSoTimeout((int) SOON.toMillis());
        var in = socket.getInputStream();
        while (in.read() >= 0) {
            Thread.onSpinWait();
        }
    }

    private void await(String what) {
        Await.until(
                what,
                SOON,
                () -> {
                    hear();
                    return told.contains(what);
                },
                () -> told);
        told.clear();
    }

    private void hear() {
        for (var news = inbox.poll(); news != null; news = inbox.poll()) {
            news.run();
        }
    }

    @Override
    public void opened(CallLine opened) {
        told.add("opened");
    }

    @Override
    public void heard(CallLine from, CallEvent event) {
        told.add("heard");
    }

    @Override
    public void ended(CallLine gone) {
        told.add("ended");
    }
}
