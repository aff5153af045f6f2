package io.probeline.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.testkit.Wire.Stamp;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** A wire event as one line of JSON, and back: {@code {"order":1,"nanos":…,"at":"…","event":"command","deviceId":…}}. */
final class WireJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private WireJson() {}

    static String write(Wire wire) {
        var json = JSON.createObjectNode()
                .put("order", wire.stamp().order())
                .put("nanos", wire.stamp().nanos())
                .put("at", wire.stamp().at().toString());
        var named = json.put("event", name(wire)).put("deviceId", wire.deviceId());
        details(wire, named.put("connection", wire.connection()));
        return json.toString();
    }

    private static String name(Wire wire) {
        return switch (wire) {
            case Wire.Connected c -> "connected";
            case Wire.Refused r -> "refused";
            case Wire.Command c -> "command";
            case Wire.Cancel c -> "cancel";
            case Wire.Heartbeat h -> "heartbeat";
            case Wire.Unreadable u -> "unreadable";
            case Wire.Said s -> "said";
            case Wire.Closing c -> "closing";
            case Wire.Disconnected d -> "disconnected";
        };
    }

    private static void details(Wire wire, ObjectNode json) {
        switch (wire) {
            case Wire.Connected c -> json.set("headers", JSON.valueToTree(new TreeMap<>(c.headers())));
            case Wire.Refused r ->
                json.put("status", r.status()).set("headers", JSON.valueToTree(new TreeMap<>(r.headers())));
            case Wire.Command c ->
                json.put("commandId", c.commandId())
                        .put("command", c.command().command())
                        .put("attempt", c.command().attempt())
                        .put("deadline", c.command().deadline().toString())
                        .put("live", c.live())
                        .set("params", c.command().params());
            case Wire.Cancel c -> json.put("commandId", c.commandId()).put("live", c.live());
            case Wire.Heartbeat h -> json.put("id", h.id()).put("live", h.live());
            case Wire.Unreadable u -> json.put("frame", u.frame()).put("reason", u.reason());
            case Wire.Said s -> json.put("frame", s.frame());
            case Wire.Closing c -> json.put("code", c.code()).put("reason", c.reason());
            case Wire.Disconnected d ->
                json.put("code", d.code())
                        .put("reason", d.reason())
                        .put("remote", d.remote())
                        .put("telemetry", d.telemetry());
        }
    }

    static Wire read(String line) {
        try {
            return read(JSON.readTree(line));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Wire read(JsonNode j) {
        var stamp = new Stamp(
                j.path("order").asLong(),
                j.path("nanos").asLong(),
                Instant.parse(j.path("at").asText()));
        var device = text(j, "deviceId");
        var connection = j.path("connection").asLong();
        var live = j.path("live").asBoolean();
        return switch (text(j, "event")) {
            case "connected" -> new Wire.Connected(stamp, device, connection, headers(j));
            case "refused" -> new Wire.Refused(stamp, device, connection, headers(j), integer(j, "status"));
            case "command" -> new Wire.Command(stamp, device, connection, command(j), live);
            case "cancel" -> new Wire.Cancel(stamp, device, connection, text(j, "commandId"), live);
            case "heartbeat" ->
                new Wire.Heartbeat(stamp, device, connection, j.path("id").asLong(), live);
            case "unreadable" -> new Wire.Unreadable(stamp, device, connection, text(j, "frame"), text(j, "reason"));
            case "said" -> new Wire.Said(stamp, device, connection, text(j, "frame"));
            case "closing" -> new Wire.Closing(stamp, device, connection, integer(j, "code"), text(j, "reason"));
            case "disconnected" -> disconnected(stamp, device, connection, j);
            case String other -> throw new IllegalArgumentException("no wire event: " + other);
        };
    }

    private static Wire disconnected(Stamp stamp, String device, long connection, JsonNode j) {
        var remote = j.path("remote").asBoolean();
        var telemetry = j.path("telemetry").asLong();
        return new Wire.Disconnected(
                stamp, device, connection, integer(j, "code"), text(j, "reason"), remote, telemetry);
    }

    private static DeviceCommand command(JsonNode j) {
        return new DeviceCommand(
                text(j, "commandId"),
                text(j, "command"),
                j.path("params"),
                integer(j, "attempt"),
                Instant.parse(text(j, "deadline")));
    }

    private static Map<String, String> headers(JsonNode j) {
        var headers = new TreeMap<String, String>();
        j.path("headers")
                .properties()
                .forEach(e -> headers.put(e.getKey(), e.getValue().asText()));
        return headers;
    }

    private static String text(JsonNode j, String field) {
        return j.path(field).asText();
    }

    private static int integer(JsonNode j, String field) {
        return j.path(field).asInt();
    }
}
