package io.probeline.bridge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object of a device frame, in whatever order they come; then the frame that they make. Only the fields
 * of the object's own type count: an ack may have any {@code seq}. Used again for every object, so that reading allocates little.
 */
final class FrameFields {
    private final FrameField<String> type = new FrameField<>("type", FieldReaders::text);
    private final FrameField<Instant> ts = new FrameField<>("ts", FieldReaders::time);
    private final FrameField<Long> seq = new FrameField<>("seq", FieldReaders::whole);
    private final FrameField<Map<String, Double>> metrics = new FrameField<>("metrics", FieldReaders::metrics);
    private final FrameField<String> commandId = new FrameField<>("commandId", FieldReaders::id);
    private final FrameField<Double> percent = new FrameField<>("percent", FieldReaders::percent);
    private final FrameField<String> message = new FrameField<>("message", FieldReaders::text);
    private final FrameField<String> status = new FrameField<>("status", FieldReaders::text);
    private final FrameField<String> data = new FrameField<>("data", this::raw);
    private final FrameField<Boolean> error = new FrameField<>("error", this::error);
    private final FrameField<String> errorCode = new FrameField<>("error.code", FieldReaders::text);
    private final FrameField<String> errorMessage = new FrameField<>("error.message", FieldReaders::text);
    private final FrameField<Long> id = new FrameField<>("id", FieldReaders::whole);
    private final List<FrameField<?>> all = List.of(
            type, ts, seq, metrics, commandId, percent, message, status, data, error, errorCode, errorMessage, id);

    private byte[] source = new byte[0];
    private int start;
    private FrameFault fault = new FrameFault(FrameFault.NOT_JSON, "nothing has been read");

    /** The bytes that the parser reads, and where it began: what is kept as it was written is taken from them. */
    void of(byte[] bytes, int offset) {
        source = bytes;
        start = offset;
    }

    /** Reads the value at which the parser stands, to its end; null when it makes no frame, and {@link #fault} says why. */
    @Nullable
    DeviceFrame read(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return refused(FrameFault.MISTYPED_FIELD, "not an object");
        }
        for (var field : all) {
            field.clear();
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            parser.nextToken();
            take(name, parser);
        }
        return frame();
    }

    FrameFault fault() {
        return fault;
    }

    private void take(String name, JsonParser parser) throws IOException {
        switch (name) {
            case "type" -> type.read(parser);
            case "ts" -> ts.read(parser);
            case "seq" -> seq.read(parser);
            case "metrics" -> metrics.read(parser);
            case "commandId" -> commandId.read(parser);
            case "percent" -> percent.read(parser);
            case "message" -> message.read(parser);
            case "status" -> status.read(parser);
            case "data" -> data.read(parser);
            case "error" -> error.read(parser);
            case "id" -> id.read(parser);
            default -> parser.skipChildren();
        }
    }

    private @Nullable DeviceFrame frame() {
        if (!has(type)) {
            return null;
        }
        return switch (type.value()) {
            case "telemetry" ->
                sound(ts) && sound(seq) && has(metrics)
                        ? new DeviceFrame.Telemetry(ts.orNull(), seq.orNull(), metrics.value())
                        : null;
            case "ack" -> has(commandId) ? new DeviceFrame.Ack(commandId.value()) : null;
            case "progress" ->
                has(commandId) && has(percent) && sound(message)
                        ? new DeviceFrame.Progress(commandId.value(), percent.value(), message.orNull())
                        : null;
            case "result" -> has(commandId) && has(status) ? result() : null;
            case "heartbeat_ack" -> has(id) ? new DeviceFrame.HeartbeatAck(id.value()) : null;
            case String other -> refused(FrameFault.UNKNOWN_TYPE, "type '" + other + "'");
        };
    }

    private @Nullable DeviceFrame result() {
        return switch (status.value()) {
            case "ok" -> new DeviceFrame.Succeeded(commandId.value(), data.orNull());
            case "error" ->
                has(error) && has(errorCode) && sound(errorMessage)
                        ? new DeviceFrame.Failed(commandId.value(), errorCode.value(), errorMessage.orNull())
                        : null;
            case String other -> refused(FrameFault.OUT_OF_RANGE, "status '" + other + "'");
        };
    }

    private void error(JsonParser parser, FrameField<Boolean> into) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            into.mistyped(parser, "object");
            return;
        }
        into.put(true);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "code" -> errorCode.read(parser);
                case "message" -> errorMessage.read(parser);
                default -> parser.skipChildren();
            }
        }
    }

    /** The value as the device wrote it, byte for byte. */
    private void raw(JsonParser parser, FrameField<String> into) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int to = (int) parser.currentLocation().getByteOffset();
        into.put(new String(source, start + from, to - from, StandardCharsets.UTF_8));
    }

    /** Absent or right. */
    private boolean sound(FrameField<?> field) {
        return noted(field.unsound());
    }

    private boolean has(FrameField<?> field) {
        return noted(field.unusable());
    }

    private boolean noted(@Nullable FrameFault why) {
        if (why != null) {
            fault = why;
        }
        return why == null;
    }

    private @Nullable DeviceFrame refused(String reason, String detail) {
        fault = new FrameFault(reason, detail);
        return null;
    }
}
