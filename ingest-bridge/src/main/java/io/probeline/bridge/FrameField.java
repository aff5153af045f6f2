package io.probeline.bridge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One field of a frame's object: absent, there, or there and wrong. A null counts as absent, and what comes twice as it comes last. */
final class FrameField<T> {
    /** Reads the value at which the parser stands, which is not null, to its end; or says what is wrong with it. */
    interface Reader<T> {
        void read(JsonParser parser, FrameField<T> into) throws IOException;
    }

    private final String name;
    private final Reader<T> reader;
    private @Nullable T value;
    private @Nullable FrameFault fault;

    FrameField(String name, Reader<T> reader) {
        this.name = name;
        this.reader = reader;
    }

    void clear() {
        value = null;
        fault = null;
    }

    void read(JsonParser parser) throws IOException {
        clear();
        if (parser.currentToken() != JsonToken.VALUE_NULL) {
            reader.read(parser, this);
        }
    }

    void put(T read) {
        value = read;
    }

    /** The value is of another type: it is passed over. */
    void mistyped(JsonParser parser, String wanted) throws IOException {
        parser.skipChildren();
        refuse(FrameFault.MISTYPED_FIELD, "is no " + wanted);
    }

    void refuse(String reason, String why) {
        fault = new FrameFault(reason, name + " " + why);
    }

    /** What is wrong with it where it may be absent; null when nothing is. */
    @Nullable
    FrameFault unsound() {
        return fault;
    }

    /** What is wrong with it where it must be there; null when nothing is. */
    @Nullable
    FrameFault unusable() {
        return fault != null || value != null ? fault : new FrameFault(FrameFault.MISSING_FIELD, name + " is missing");
    }

    @Nullable
    T orNull() {
        return value;
    }

    /** For who has made sure that it is usable. */
    T value() {
        if (value == null) {
            throw new IllegalStateException(name + " was not looked at before");
        }
        return value;
    }
}
