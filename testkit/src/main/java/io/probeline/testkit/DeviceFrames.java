package io.probeline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The texts that a device says, each as the protocol's page shows it. */
public final class DeviceFrames {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DeviceFrames() {}

    /**
     * Telemetry, put together by hand because the backend says this 100,000 times a second.
     *
     * @param ts the device's own clock, or null where it has none
     * @param metrics names are written as they are, and so are numbers: NaN makes a frame that is not JSON
     */
    public static String telemetry(@Nullable Instant ts, long seq, Map<String, ? extends Number> metrics) {
        var text = new StringBuilder(192).append("{\"type\":\"telemetry\",");
        if (ts != null) {
            text.append("\"ts\":\"").append(ts).append("\",");
        }
        text.append("\"seq\":").append(seq).append(",\"metrics\":{");
        var separator = "\"";
        for (var metric : metrics.entrySet()) {
            text.append(separator).append(metric.getKey()).append("\":").append(metric.getValue());
            separator = ",\"";
        }
        return text.append("}}").toString();
    }

    public static String ack(String commandId) {
        return about("ack", commandId).toString();
    }

    public static String progress(String commandId, int percent, String message) {
        return about("progress", commandId)
                .put("percent", percent)
                .put("message", message)
                .toString();
    }

    /** A result with status ok. */
    public static String ok(String commandId, JsonNode data) {
        return about("result", commandId)
                .put("status", "ok")
                .<ObjectNode>set("data", data)
                .toString();
    }

    /** A result with status error. */
    public static String error(String commandId, String code, String message) {
        var result = about("result", commandId).put("status", "error");
        result.putObject("error").put("code", code).put("message", message);
        return result.toString();
    }

    public static String heartbeatAck(long id) {
        return "{\"type\":\"heartbeat_ack\",\"id\":" + id + "}";
    }

    private static ObjectNode about(String type, String commandId) {
        return JSON.createObjectNode().put("type", type).put("commandId", commandId);
    }
}
