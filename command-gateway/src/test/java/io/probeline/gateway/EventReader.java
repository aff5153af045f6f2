package io.probeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Call;
import okhttp3.Response;

/** Reads an event stream as the standard says, until it is closed. */
final class EventReader implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(8);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Call call;
    private final Response response;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    /** One event as it came. */
    record Event(String type, String id, JsonNode data) {}

    private EventReader(Call call, Response response) {
        this.call = call;
        this.response = response;
    }

    static EventReader open(Client client, String path, Optional<String> lastId) throws IOException {
        var request = client.request(path + "/events").header("Accept", "text/event-stream");
        lastId.ifPresent(id -> request.header("Last-Event-ID", id));
        var call = client.http().newCall(request.build());
        var response = call.execute();
        if (response.code() != 200) {
            throw new AssertionError(response.code() + " " + response.body().string());
        }
        var reader = new EventReader(call, response);
        Thread.ofVirtual().start(reader::read);
        return reader;
    }

    Response response() {
        return response;
    }

    List<Event> all() {
        return List.copyOf(events);
    }

    List<Event> all(String type) {
        return events.stream().filter(each -> each.type().equals(type)).toList();
    }

    /** The n-th event of this type, from 0. */
    Event await(String type, int n) {
        return Await.value(
                type + " number " + n,
                SOON,
                () -> Optional.of(all(type)).filter(all -> all.size() > n).map(all -> all.get(n)));
    }

    boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        call.cancel();
    }

    private void read() {
        try (response) {
            var source = response.body().source();
            String type = "";
            String id = "";
            String data = "";
            for (var line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
                if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty() && !data.isEmpty()) {
                    events.add(new Event(type, id, MAPPER.readTree(data)));
                    data = "";
                }
            }
        } catch (IOException e) {
            // Closed by the test, or cut off by the gateway: either way it is over.
            ended = true;
        }
        ended = true;
    }
}
