package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.testkit.GenesysServer.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GenesysNotificationsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String END = "v2.detail.events.conversation.c1.customer.end";

    private final GenesysClock clock = new GenesysClock();
    private final GenesysServer genesys;
    private final Call call;
    private final String[] headers;

    GenesysNotificationsTest() throws IOException, InterruptedException {
        genesys = GenesysServer.start(Settings.onPort(0).by(clock));
        call = new Call(genesys.url());
        var basic = Base64.getEncoder().encodeToString("probeline:genesys-secret".getBytes(StandardCharsets.UTF_8));
        var login =
                call.send("POST", "/oauth/token", "grant_type=client_credentials", "Authorization", "Basic " + basic);
        var token = login.json().path("access_token").textValue();
        headers = new String[] {"Authorization", "Bearer " + token, "Content-Type", "application/json"};
        genesys.conversation("c1", "agent-1");
    }

    @AfterEach
    void stop() throws IOException {
        call.close();
        genesys.close();
    }

    /** A client that keeps what it hears. */
    private static final class Listener extends WebSocketClient {
        private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

        private Listener(String uri) {
            super(URI.create(uri));
            setConnectionLostTimeout(0);
        }

        @Override
        public void onOpen(ServerHandshake handshake) {}

        @Override
        public void onMessage(String message) {
            heard.add(message);
        }

        @Override
        public void onClose(int code, String reason, boolean remote) {
            heard.add("{\"closed\":" + code + "}");
        }

        @Override
        public void onError(Exception e) {
            heard.add("{\"error\":true}");
        }

        private JsonNode hear() throws Exception {
            var message = heard.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return JSON.readTree(message == null ? "\"nothing\"" : message);
        }
    }

    private JsonNode channel() throws Exception {
        var answer = call.send("POST", "/api/v2/notifications/channels", "", headers);
        assertEquals(200, answer.status());
        return answer.json();
    }

    private int subscribe(JsonNode channel, List<String> topics) throws Exception {
        var body = topics.stream().map(t -> "{\"id\":\"" + t + "\"}").collect(Collectors.joining(",", "[", "]"));
        var path = "/api/v2/notifications/channels/" + channel.path("id").textValue() + "/subscriptions";
        return call.send("PUT", path, body, headers).status();
    }

    private Listener connect(JsonNode channel) throws Exception {
        var listener = new Listener(channel.path("connectUri").textValue());
        assertTrue(listener.connectBlocking(LIMIT.toSeconds(), TimeUnit.SECONDS));
        Await.until("the socket", LIMIT, () -> genesys.notificationSockets() > 0);
        return listener;
    }

    @Test
    void theEndOfACallIsTold() throws Exception {
        var channel = channel();
        assertEquals("2026-11-23T10:15:30Z", channel.path("expires").textValue());
        var listener = connect(channel);
        assertEquals(200, subscribe(channel, List.of(END)));
        assertEquals(Set.of(END), genesys.topics());
        genesys.agentLeaves("c1", "agent-1");
        genesys.endConversation("c1");
        var event = listener.hear();
        assertEquals(END, event.path("topicName").textValue(), "user.end was not asked for");
        assertEquals(clock.millis(), event.at("/eventBody/eventTime").longValue());
        assertEquals("c1", event.at("/eventBody/conversationId").textValue());
        genesys.repeatEnd("c1");
        assertEquals(event.path("eventBody"), listener.hear().path("eventBody"));
    }

    @Test
    void aPingIsAnsweredAndNothingIsReplayed() throws Exception {
        var channel = channel();
        subscribe(channel, List.of(END));
        genesys.endConversation("c1");
        var listener = connect(channel);
        listener.send("{\"message\":\"ping\"}");
        assertEquals("pong", listener.hear().at("/eventBody/message").textValue());

        genesys.loseNotifications(true);
        genesys.repeatEnd("c1");
        genesys.loseNotifications(false);
        genesys.repeatEnd("c1");
        assertEquals(END, listener.hear().path("topicName").textValue());
        listener.send("{\"message\":\"ping\"}");
        assertEquals("channel.metadata", listener.hear().path("topicName").textValue(), "one of the two was lost");
    }

    @Test
    void socketsEndWithAndWithoutAnAnnouncement() throws Exception {
        var channel = channel();
        var listener = connect(channel);
        genesys.endNotificationSockets();
        assertEquals(
                "v2.system.socket_closing", listener.hear().path("topicName").textValue());
        assertEquals(1001, listener.hear().path("closed").intValue());
        Await.until("its end", LIMIT, () -> genesys.notificationSockets() == 0);

        var second = connect(channel);
        genesys.dropNotificationSockets();
        assertEquals(1006, second.hear().path("closed").intValue());
    }

    @Test
    void aChannelHasItsLimits() throws Exception {
        var channel = channel();
        var topics = IntStream.range(0, 1_001)
                .mapToObj(i -> END.replace("c1", "c" + i))
                .toList();
        assertEquals(400, subscribe(channel, topics));
        assertEquals(200, subscribe(channel, topics.subList(0, 1_000)));
        assertEquals(400, subscribe(channel, List.of("nonsense")));
        assertEquals(404, subscribe(JSON.createObjectNode().put("id", "none"), topics.subList(0, 1)));

        clock.pass(Duration.ofHours(24));
        var late = new Listener(channel.path("connectUri").textValue());
        assertFalse(late.connectBlocking(LIMIT.toSeconds(), TimeUnit.SECONDS), "it lived for 24 hours");
    }
}
