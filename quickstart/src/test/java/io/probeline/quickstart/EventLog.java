package io.probeline.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.testkit.Await;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** What a session's event stream has said, collected while the test goes on. */
final class EventLog implements AutoCloseable {
    /** One event of the stream. */
    record Event(String name, JsonNode data) {}

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private EventLog(ApiClient client, String interactionId) {
        reader = Thread.ofVirtual().name("events").start(() -> read(client, interactionId));
    }

    static EventLog of(ApiClient client, String interactionId) {
        return new EventLog(client, interactionId);
    }

    /** The first event of this name, come or to come, whose data the predicate takes. */
    Event await(String name, String what, Duration limit, Predicate<JsonNode> predicate) {
        return Await.value(
                what + " (an event `" + name + "`)",
                limit,
                () -> events.stream()
                        .filter(e -> e.name().equals(name) && predicate.test(e.data()))
                        .findFirst());
    }

    /** The same, among what comes from now on. */
    Event awaitNext(String name, String what, Duration limit, Predicate<JsonNode> predicate) {
        int seen = events.size();
        return Await.value(
                what + " (an event `" + name + "`)",
                limit,
                () -> events.stream()
                        .skip(seen)
                        .filter(e -> e.name().equals(name) && predicate.test(e.data()))
                        .findFirst());
    }

    List<Event> events() {
        return events;
    }

    @Override
    public void close() {
        reader.interrupt();
    }

    private void read(ApiClient client, String interactionId) {
        var name = new StringBuilder();
        try (var lines = client.events(interactionId)) {
            lines.forEach(line -> {
                if (line.startsWith("event:")) {
                    name.setLength(0);
                    name.append(line.substring(6).strip());
                } else if (line.startsWith("data:")) {
                    events.add(new Event(name.toString(), json(line.substring(5))));
                }
            });
        } catch (UncheckedIOException e) {
            events.add(new Event("end", ApiClient.JSON.getNodeFactory().textNode(String.valueOf(e.getMessage()))));
        }
    }

    private static JsonNode json(String text) {
        try {
            return ApiClient.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }
}
