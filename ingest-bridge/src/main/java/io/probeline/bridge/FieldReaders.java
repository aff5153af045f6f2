package io.probeline.bridge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.probeline.schemas.Ids;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** How each type of the device protocol's fields is read. */
final class FieldReaders {
    private static final int MOST_METRICS = 64;
    private static final int LONGEST_NAME = 64;
    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private FieldReaders() {}

    static void text(JsonParser parser, FrameField<String> into) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            into.put(parser.getText());
        } else {
            into.mistyped(parser, "string");
        }
    }

    static void id(JsonParser parser, FrameField<String> into) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            into.mistyped(parser, "string");
        } else if (Ids.valid(parser.getText())) {
            into.put(parser.getText());
        } else {
            into.refuse(FrameFault.OUT_OF_RANGE, "is no id");
        }
    }

    static void whole(JsonParser parser, FrameField<Long> into) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT && whole(parser.getDoubleValue())) {
            into.put((long) parser.getDoubleValue());
        } else if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            into.mistyped(parser, "whole number");
        } else if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            into.refuse(FrameFault.OUT_OF_RANGE, "has more than 64 bits");
        } else {
            into.put(parser.getLongValue());
        }
    }

    /** {@code 4711.0} and {@code 1e3} are whole numbers to JSON, which knows but one kind of numbers; beyond 2^53 a double can't tell neighbours apart. */
    private static boolean whole(double number) {
        return number == Math.rint(number) && Math.abs(number) <= 1L << 53;
    }

    static void percent(JsonParser parser, FrameField<Double> into) throws IOException {
        if (!parser.currentToken().isNumeric()) {
            into.mistyped(parser, "number");
            return;
        }
        double percent = parser.getDoubleValue();
        if (percent >= 0 && percent <= 100) {
            into.put(percent);
        } else {
            into.refuse(FrameFault.OUT_OF_RANGE, "is not from 0 to 100");
        }
    }

    /** RFC 3339, with its lower-case t and z, or milliseconds since 1970, of which a fraction is left out. */
    static void time(JsonParser parser, FrameField<Instant> into) throws IOException {
        try {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                time(Rfc3339.parse(parser.getText()), into);
            } else if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                time(Instant.ofEpochMilli(parser.getLongValue()), into);
            } else if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
                time(Instant.ofEpochMilli((long) Math.floor(parser.getDoubleValue())), into);
            } else {
                into.mistyped(parser, "RFC 3339 time and no milliseconds");
            }
        } catch (DateTimeException e) {
            into.mistyped(parser, "RFC 3339 time and no milliseconds");
        }
    }

    private static void time(Instant time, FrameField<Instant> into) {
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
            into.refuse(FrameFault.OUT_OF_RANGE, "is out of RFC 3339's years");
        } else {
            into.put(time);
        }
    }

    static void metrics(JsonParser parser, FrameField<Map<String, Double>> into) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            into.mistyped(parser, "object");
            return;
        }
        var metrics = new HashMap<String, Double>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            parser.nextToken();
            metric(name, parser, metrics, into);
        }
        if (into.unsound() == null && (metrics.isEmpty() || metrics.size() > MOST_METRICS)) {
            into.refuse(FrameFault.OUT_OF_RANGE, "has not 1 to 64 entries");
        }
        into.put(metrics);
    }

    private static void metric(
            String name, JsonParser parser, Map<String, Double> metrics, FrameField<Map<String, Double>> into)
            throws IOException {
        if (!parser.currentToken().isNumeric()) {
            into.mistyped(parser, "map of numbers: " + name);
            return;
        }
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            into.refuse(FrameFault.NON_FINITE, "holds a number that is not finite: " + name);
        } else if (!metricName(name)) {
            into.refuse(FrameFault.OUT_OF_RANGE, "holds what is no name: " + name);
        }
        metrics.put(name, value);
    }

    private static boolean metricName(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || !lower(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!lower(c) && !(c >= '0' && c <= '9') && c != '_') {
                return false;
            }
        }
        return true;
    }

    private static boolean lower(char c) {
        return c >= 'a' && c <= 'z';
    }
}
