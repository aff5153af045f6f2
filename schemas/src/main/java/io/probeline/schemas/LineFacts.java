package io.probeline.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The main facts in a command's data, whatever its shape: a few short values with their names, and never a secret. */
final class LineFacts {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final int MOST_FACTS = 8;
    private static final int MOST_ITEMS = 5;
    private static final int LONGEST_VALUE = 80;

    /** One value with the name that it goes by. */
    record Fact(String title, String value, String unit) {}

    private final LineWords words;
    private final LineNumbers numbers;
    private final Map<String, String> suffixes;
    private final BiFunction<String, Double, Optional<Fact>> metric;

    /** @param metric how a value is said whose name is that of a metric */
    LineFacts(
            LineWords words,
            LineNumbers numbers,
            Map<String, String> suffixes,
            BiFunction<String, Double, Optional<Fact>> metric) {
        this.words = words;
        this.numbers = numbers;
        this.suffixes = suffixes;
        this.metric = metric;
    }

    /** @param json the device's text, which may be anything */
    List<Fact> of(String json) {
        var facts = new ArrayList<Fact>();
        try {
            collect(JSON.readTree(json), "", facts, 0);
        } catch (JsonProcessingException e) {
            return List.of();
        }
        return List.copyOf(facts);
    }

    private void collect(JsonNode node, String above, List<Fact> facts, int depth) {
        for (var field : node.properties()) {
            if (facts.size() == MOST_FACTS) {
                return;
            }
            var name = field.getKey();
            var value = field.getValue();
            if (words.secret(name) || value.isNull()) {
                continue;
            }
            if (value.isObject()) {
                if (depth == 0) {
                    collect(value, name, facts, 1);
                }
            } else if (!value.isEmpty() || value.isValueNode()) {
                facts.add(fact(above, name, value));
            }
        }
    }

    private Fact fact(String above, String name, JsonNode value) {
        if (value.isNumber()) {
            var known = metric.apply(name, value.asDouble());
            if (known.isPresent()) {
                return known.get();
            }
            for (var suffix : suffixes.entrySet()) {
                var bare = without(name, suffix.getKey());
                if (!bare.isEmpty()) {
                    return new Fact(
                            words.title(above + " " + bare), numbers.plain(value.decimalValue()), suffix.getValue());
                }
            }
        }
        return new Fact(words.title(above + " " + name), said(value), "");
    }

    private String said(JsonNode value) {
        if (value.isNumber()) {
            return numbers.plain(value.decimalValue());
        }
        if (!value.isArray()) {
            return words.said(value.asText(), LONGEST_VALUE);
        }
        boolean few = value.size() <= MOST_ITEMS
                && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isValueNode);
        return few
                ? StreamSupport.stream(value.spliterator(), false)
                        .map(item -> words.said(item.asText(), LONGEST_VALUE / MOST_ITEMS))
                        .collect(Collectors.joining(" "))
                : Integer.toString(value.size());
    }

    /** {@code rtt} of {@code rttMs} and {@code rtt_ms}; empty where the name does not end so. */
    private static String without(String name, String suffix) {
        int start = name.length() - suffix.length();
        if (start < 1 || !name.regionMatches(true, start, suffix, 0, suffix.length())) {
            return "";
        }
        boolean ownWord =
                Character.isUpperCase(name.charAt(start)) || !Character.isLetterOrDigit(name.charAt(start - 1));
        return ownWord ? name.substring(0, start) : "";
    }
}
