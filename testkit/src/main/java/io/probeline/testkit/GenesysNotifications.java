package io.probeline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.testkit.Routes.Arguments;
import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** Channels, what each is subscribed to, and the events: told once, to who is there, and never again. */
final class GenesysNotifications implements Closeable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TOPIC = Pattern.compile("v2\\.[A-Za-z0-9._-]+");
    private static final int MAX_TOPICS = 1_000;
    private static final Duration LIFE = Duration.ofHours(24);

    private final InstantSource clock;
    private final GenesysSockets sockets;
    // Guarded by this: the topics of each channel, and when it ends.
    private final Map<String, Channel> channels = new LinkedHashMap<>();
    private boolean lossy;

    private record Channel(Instant expires, Set<String> topics) {}

    GenesysNotifications(InstantSource clock) throws IOException {
        this.clock = clock;
        this.sockets = GenesysSockets.start(this::exists);
    }

    void addTo(Routes routes) {
        routes.on("POST", "/api/v2/notifications/channels", (request, arguments) -> open())
                .on("PUT", "/api/v2/notifications/channels/{id}/subscriptions", this::subscribe);
    }

    private synchronized Response open() {
        var now = clock.instant();
        channels.values().removeIf(channel -> !now.isBefore(channel.expires()));
        var id = UUID.randomUUID().toString();
        var expires = now.plus(LIFE);
        channels.put(id, new Channel(expires, new HashSet<>()));
        var uri = sockets.url() + "/channels/" + id;
        return Response.json(200, Map.of("connectUri", uri, "id", id, "expires", expires.toString()));
    }

    private synchronized Response subscribe(Request request, Arguments arguments) {
        var channel = channels.get(arguments.get("id"));
        if (channel == null) {
            return GenesysErrors.notFound("channel");
        }
        var topics = new ArrayList<String>();
        request.json().forEach(topic -> topics.add(topic.path("id").asText()));
        if (topics.size() > MAX_TOPICS
                || !topics.stream().allMatch(t -> TOPIC.matcher(t).matches())) {
            return GenesysErrors.badRequest("at most 1,000 topics, each {\"id\":\"v2.…\"}");
        }
        channel.topics().clear();
        channel.topics().addAll(topics);
        return Response.json(
                200,
                Map.of("entities", topics.stream().map(id -> Map.of("id", id)).toList()));
    }

    private synchronized boolean exists(String channelId) {
        var channel = channels.get(channelId);
        return channel != null && clock.instant().isBefore(channel.expires());
    }

    /** Whether events are lost from now on. */
    synchronized void lossy(boolean on) {
        lossy = on;
    }

    /** Which topics somebody is subscribed to. */
    synchronized Set<String> topics() {
        var all = new HashSet<String>();
        channels.values().forEach(channel -> all.addAll(channel.topics()));
        return all;
    }

    synchronized void ended(String conversationId, String who, String participantId, long atMillis) {
        var topic = "v2.detail.events.conversation." + conversationId + "." + who + ".end";
        var event = JSON.createObjectNode().put("topicName", topic).put("version", "2");
        event.putObject("eventBody")
                .put("eventTime", atMillis)
                .put("conversationId", conversationId)
                .put("participantId", participantId)
                .put("mediaType", "VOICE")
                .put("disconnectType", "PEER");
        event.putObject("metadata").put("CorrelationId", UUID.randomUUID().toString());
        tell(topic, event);
    }

    private void tell(String topic, JsonNode event) {
        if (lossy) {
            return;
        }
        List.copyOf(channels.entrySet()).stream()
                .filter(channel -> channel.getValue().topics().contains(topic))
                .forEach(channel -> sockets.send(channel.getKey(), event.toString()));
    }

    GenesysSockets sockets() {
        return sockets;
    }

    @Override
    public void close() {
        sockets.close();
    }
}
