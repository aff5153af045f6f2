package io.probeline.bridge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of one device frame: an object or an array of them, strictly as the device protocol says.
 *
 * <p>Text that is not JSON is refused whole. In an array, each object stands for itself: one that is wrong takes none of its
 * neighbours with it. Not for several threads at once.
 */
final class FrameDecoder {
    private final JsonFactory json = new JsonFactoryBuilder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            // Names come from outside: interning them would let a device grow a table that nobody empties.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();

    private final FrameFields fields = new FrameFields();

    /**
     * What a frame held.
     *
     * @param fault what was wrong with it, or with the first of its objects that was wrong; null when nothing was
     */
    record Read(List<DeviceFrame> frames, @Nullable FrameFault fault) {}

    Read decode(byte[] bytes, int offset, int length) {
        if (!utf8(bytes, offset, length)) {
            return refused("text that does not begin as UTF-8 JSON");
        }
        try (var parser = json.createParser(bytes, offset, length)) {
            fields.of(bytes, offset);
            return root(parser);
        } catch (JsonProcessingException e) {
            return refused(String.valueOf(e.getOriginalMessage()));
        } catch (IOException e) {
            return refused(String.valueOf(e.getMessage()));
        }
    }

    private Read root(JsonParser parser) throws IOException {
        var first = parser.nextToken();
        if (first == null) {
            return refused("nothing");
        }
        var read = first == JsonToken.START_ARRAY ? array(parser) : single(parser);
        if (parser.nextToken() != null) {
            return refused("more than one JSON value");
        }
        return read;
    }

    private Read single(JsonParser parser) throws IOException {
        var frame = fields.read(parser);
        return frame == null ? new Read(List.of(), fields.fault()) : new Read(List.of(frame), null);
    }

    private Read array(JsonParser parser) throws IOException {
        var frames = new ArrayList<DeviceFrame>();
        FrameFault fault = null;
        for (int at = 0; parser.nextToken() != JsonToken.END_ARRAY; at++) {
            var frame = fields.read(parser);
            if (frame != null) {
                frames.add(frame);
            } else if (fault == null) {
                var why = fields.fault();
                fault = new FrameFault(why.reason(), "object " + at + ": " + why.detail());
            }
        }
        return new Read(frames, fault);
    }

    /** The parser would guess UTF-16 or UTF-32 from zeros and marks among the first bytes; a text frame is UTF-8. */
    private static boolean utf8(byte[] bytes, int offset, int length) {
        for (int i = 0; i < Math.min(4, length); i++) {
            int b = bytes[offset + i] & 0xff;
            if (b == 0 || b == 0xfe || b == 0xff) {
                return false;
            }
        }
        return true;
    }

    private static Read refused(String detail) {
        return new Read(List.of(), new FrameFault(FrameFault.NOT_JSON, detail));
    }
}
