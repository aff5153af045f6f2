package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.gateway.EventReader.Event;
import io.probeline.gateway.SharedSite.Running;
import io.probeline.gateway.SharedSite.Session;
import io.probeline.record.AlertState;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The event stream: what comes, in which form, and that nothing is missing after a break. */
@ExtendWith(SharedSite.class)
class EventsTest {
    private final Running on;

    EventsTest(Running on) {
        this.on = on;
    }

    @Test
    void beginsWithTheSessionAndTellsEachKindOfEvent() throws IOException {
        var session = on.open("ping_latency");
        try (var reader = EventReader.open(on.agent(), session.path(), Optional.empty())) {
            assertEquals("text/event-stream", reader.response().header("Content-Type"));
            var first = reader.await("session", 0);
            assertEquals(first, reader.all().getFirst());
            assertEquals(
                    List.of(
                            "sessionId",
                            "interactionId",
                            "deviceId",
                            "state",
                            "reason",
                            "presence",
                            "queue",
                            "results",
                            "aggregates"),
                    keys(first.data()));
            assertEquals(
                    "{\"status\":\"DISCONNECTED\",\"lastSeen\":null}",
                    first.data().path("presence").toString());

            write(session, DeviceEventKind.CONNECTED);
            Await.until(
                    "a live device",
                    Duration.ofSeconds(5),
                    () -> last(reader, "session")
                            .at("/presence/status")
                            .asText()
                            .equals("LIVE"));

            on.site().wiretap.write(Topics.AGGREGATES, session.interaction(), Records.window(session, -71.5));
            var aggregate = reader.await("aggregate", 0).data();
            assertEquals(
                    List.of(
                            "interactionId",
                            "deviceId",
                            "windowStart",
                            "windowEnd",
                            "received",
                            "expected",
                            "lost",
                            "duplicate",
                            "late",
                            "metrics"),
                    keys(aggregate));
            assertEquals(
                    "{\"min\":-74.0,\"max\":-69.5,\"avg\":-71.5,\"last\":-70.0,\"count\":50,\"unit\":\"dBm\",\"level\":\"ok\"}",
                    aggregate.at("/metrics/signal_strength").toString());

            on.site().wiretap.write(Topics.ALERTS, session.interaction(), Records.alert(session, AlertState.RAISED));
            var alert = reader.await("alert", 0).data();
            assertEquals(
                    List.of(
                            "alertId",
                            "metric",
                            "level",
                            "state",
                            "value",
                            "threshold",
                            "since",
                            "suggestedCommand",
                            "message"),
                    keys(alert));
            assertEquals("critical", alert.path("level").asText());

            var id = session.reply().json().at("/commands/0/commandId").asText();
            on.site()
                    .wiretap
                    .write(
                            Topics.DEVICE_EVENTS,
                            session.device(),
                            Records.command(session, DeviceEventKind.COMMAND_SENT, id, "ping_latency"));
            on.site()
                    .wiretap
                    .write(
                            Topics.DEVICE_EVENTS,
                            session.device(),
                            Records.command(session, DeviceEventKind.COMMAND_DONE, id, "ping_latency"));
            Await.until(
                    "a result",
                    Duration.ofSeconds(5),
                    () -> last(reader, "session").path("results").size() == 1);
            var done = last(reader, "command");
            assertEquals(
                    List.of("commandId", "command", "state", "attempt", "percent", "outcome", "data", "error", "at"),
                    keys(done));
            assertEquals("DONE", done.path("state").asText());
            assertEquals("ok", done.path("outcome").asText());
            assertEquals("{\"ms\":23.5}", done.path("data").toString());

            on.site().wiretap.write(Topics.TRANSCRIPT, session.interaction(), Records.lost(session));
            var waiting = reader.await("transcript", 0).data();
            assertEquals(List.of("text", "state", "at"), keys(waiting));
            assertEquals("WAITING", waiting.path("state").asText());
            assertTrue(waiting.path("text")
                    .asText()
                    .startsWith("[SYSTEM ERROR]: Connection to device " + session.device()));
            on.site()
                    .wiretap
                    .write(
                            Topics.TRANSCRIPT_RECEIPTS,
                            session.interaction(),
                            Records.written(session, waiting.path("text").asText()));
            assertEquals(
                    "WRITTEN",
                    reader.await("transcript", 1).data().path("state").asText());
        }
    }

    @Test
    void goesOnWhereAReaderBrokeOff() throws IOException {
        var session = on.open();
        List<Event> seen;
        try (var reader = EventReader.open(on.agent(), session.path(), Optional.empty())) {
            for (int i = 0; i < 5; i++) {
                on.site().wiretap.write(Topics.AGGREGATES, session.interaction(), Records.window(session, -60.0 - i));
            }
            reader.await("aggregate", 4);
            seen = reader.all("aggregate");
        }
        for (int i = 5; i < 8; i++) {
            on.site().wiretap.write(Topics.AGGREGATES, session.interaction(), Records.window(session, -60.0 - i));
        }
        var third = seen.get(2).id();
        try (var other = on.site().gateway();
                var here = EventReader.open(on.agent(), session.path(), Optional.of(third));
                var there = EventReader.open(other.client(on.site().agent()), session.path(), Optional.of(third))) {
            for (var reader : List.of(here, there)) {
                reader.await("aggregate", 4);
                assertEquals("session", reader.all().getFirst().type());
                assertEquals(
                        List.of(-63.0, -64.0, -65.0, -66.0, -67.0),
                        reader.all("aggregate").stream()
                                .map(each -> each.data()
                                        .at("/metrics/signal_strength/avg")
                                        .asDouble())
                                .toList());
            }
            assertEquals(
                    here.await("aggregate", 4).id(), there.await("aggregate", 4).id());
        }
    }

    @Test
    void beginsAnewForAReaderWhoHasMissedTooMuch() throws IOException {
        var session = on.open();
        on.site().wiretap.write(Topics.ALERTS, session.interaction(), Records.alert(session, AlertState.RAISED));
        String early;
        try (var reader = EventReader.open(on.agent(), session.path(), Optional.empty())) {
            early = reader.await("alert", 0).id();
            on.site().wiretap.write(Topics.ALERTS, session.interaction(), Records.alert(session, AlertState.CLEARED));
            for (int i = 0; i < Slot.KEPT + 5; i++) {
                on.site().wiretap.write(Topics.AGGREGATES, session.interaction(), Records.window(session, -60));
            }
            reader.await("aggregate", Slot.KEPT + 4);
        }
        try (var reader = EventReader.open(on.agent(), session.path(), Optional.of(early))) {
            assertEquals(
                    "CLEARED", reader.await("alert", 0).data().path("state").asText());
            assertEquals("session", reader.all().getFirst().type());
            assertEquals(List.of(), reader.all("aggregate"));
        }
        try (var reader = EventReader.open(on.agent(), session.path(), Optional.of("nonsense"))) {
            reader.await("session", 0);
        }
    }

    @Test
    void tellsThatSomebodyLooksOn() throws IOException {
        var session = on.open();
        try (var one = EventReader.open(on.agent(), session.path(), Optional.empty());
                var two = EventReader.open(on.senior(), session.path(), Optional.empty())) {
            one.await("session", 0);
            two.await("session", 0);
            Await.equal(
                    "one word that it is watched",
                    Duration.ofSeconds(5),
                    List.of(RequestKind.OPEN, RequestKind.WATCHED),
                    () -> on.site().wiretap.read(Topics.SESSION_REQUESTS).stream()
                            .filter(each -> each.getDeviceId().equals(session.device()))
                            .map(SessionRequest::getKind)
                            .toList());
        }
    }

    @Test
    void cutsOffAReaderWhoDoesNotRead() throws IOException {
        var session = on.open();
        var url = HttpUrl.get(on.agent().base());
        try (var good = EventReader.open(on.agent(), session.path(), Optional.empty());
                var socket = new Socket(url.host(), url.port())) {
            good.await("session", 0);
            socket.setReceiveBufferSize(1_024);
            var request = "GET " + session.path() + "/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + on.site().agent() + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var window = Records.window(session, -60);
            var many = new java.util.HashMap<String, io.probeline.record.MetricAggregate>();
            for (int i = 0; i < 64; i++) {
                many.put("metric_" + "x".repeat(50) + i, Records.metric(-60));
            }
            var large = io.probeline.record.Aggregate.newBuilder(window)
                    .setMetrics(Map.copyOf(many))
                    .build();
            int written = 0;
            while (cut() == 0 && written < 3_000) {
                for (int i = 0; i < 50; i++) {
                    on.site().wiretap.write(Topics.AGGREGATES, session.interaction(), large);
                }
                written += 50;
                good.await("aggregate", written - 1);
            }
            assertEquals(1, cut(), "after " + written + " windows");
        }
    }

    private double cut() {
        return on.agent()
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("probeline_stream_cut_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private void write(Session session, DeviceEventKind kind) {
        on.site()
                .wiretap
                .write(
                        Topics.DEVICE_EVENTS,
                        session.device(),
                        Records.event(session, kind).build());
    }

    private static JsonNode last(EventReader reader, String type) {
        return reader.all(type).getLast().data();
    }

    private static List<String> keys(JsonNode node) {
        return node.propertyStream().map(Map.Entry::getKey).toList();
    }
}
