package io.probeline.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is normal, what is worth a word and what is bad, per metric; and how many frames a second are expected. */
public final class MetricRules {
    private final Map<String, MetricRule> rules;
    private final MetricRule others;
    private final double framesPerSecond;

    private MetricRules(Map<String, MetricRule> rules, MetricRule others, double framesPerSecond) {
        this.rules = Collections.unmodifiableMap(rules);
        this.others = others;
        this.framesPerSecond = framesPerSecond;
    }

    /** The rules that ship. */
    public static MetricRules shipped() {
        return of(StrictFile.shipped("metrics"));
    }

    /** @throws IllegalArgumentException naming each fault with its line */
    public static MetricRules read(Path file) {
        return parse(file.toString(), StrictFile.text(file));
    }

    /**
     * The same of a text that was read already.
     *
     * @param name of its file, for what is said of its faults
     */
    public static MetricRules parse(String name, String text) {
        return of(StrictFile.parse("metrics", name, text, MetricRules::contradictions));
    }

    /** The rule for this metric; one that the file does not name has the file's {@code others}. */
    public MetricRule rule(String metric) {
        return rules.getOrDefault(metric, others);
    }

    /** Whether a rule names this metric. */
    public boolean names(String metric) {
        return rules.containsKey(metric);
    }

    /** The rules that name a metric, in the order of the file, which is the order of the transcript's line. */
    public Collection<MetricRule> named() {
        return rules.values();
    }

    /** The rate of a healthy device. */
    public double framesPerSecond() {
        return framesPerSecond;
    }

    private static MetricRules of(JsonNode file) {
        var rules = new LinkedHashMap<String, MetricRule>();
        var flaps = flaps(file.path("flaps"));
        file.path("metrics")
                .properties()
                .forEach(entry -> rules.put(entry.getKey(), rule(entry.getKey(), entry.getValue(), flaps)));
        return new MetricRules(
                rules,
                rule("*", file.path("others"), flaps),
                file.path("framesPerSecond").asDouble());
    }

    /** A critical threshold that is reached before its warning, or on the other side, is a slip of the pen: one of the two would never be told. */
    private static Map<List<String>, String> contradictions(JsonNode file) {
        var found = new LinkedHashMap<List<String>, String>();
        contradictions(List.of("others"), file.path("others"), found);
        file.path("metrics")
                .properties()
                .forEach(entry -> contradictions(List.of("metrics", entry.getKey()), entry.getValue(), found));
        return found;
    }

    private static void contradictions(List<String> path, JsonNode rule, Map<List<String>, String> found) {
        contradiction(path, rule, found);
        for (var direction : MetricRule.Direction.values()) {
            contradiction(below(path, key(direction)), rule.path(key(direction)), found);
        }
    }

    private static void contradiction(List<String> path, JsonNode pair, Map<List<String>, String> found) {
        var warn = finite(below(path, "warn"), threshold(pair.path("warn")), found);
        var critical = finite(below(path, "critical"), threshold(pair.path("critical")), found);
        if (warn.isEmpty() || critical.isEmpty()) {
            return;
        }
        boolean low = critical.get().side() == MetricRule.Side.BELOW;
        double further = critical.get().value() - warn.get().value();
        if (low != (warn.get().side() == MetricRule.Side.BELOW)) {
            found.put(below(path, "critical"), "critical is on another side than warn");
        } else if (low ? further > 0 : further < 0) {
            found.put(below(path, "critical"), "critical is reached before warn");
        }
    }

    /** A number that is too large to be one reads as infinity, which a value never reaches. */
    private static Optional<MetricRule.Threshold> finite(
            List<String> path, Optional<MetricRule.Threshold> threshold, Map<List<String>, String> found) {
        if (threshold
                .filter(each -> !Double.isFinite(each.value()) || !Double.isFinite(each.hysteresis()))
                .isPresent()) {
            found.put(path, "has a number that is too large");
        }
        return threshold;
    }

    private static List<String> below(List<String> path, String key) {
        var longer = new ArrayList<>(path);
        longer.add(key);
        return longer;
    }

    private static MetricRule rule(String metric, JsonNode node, Optional<MetricRule.FlapBudget> flaps) {
        return new MetricRule(
                metric,
                node.path("title").asText(metric),
                node.path("kind").asText().equals("counter") ? MetricRule.Kind.COUNTER : MetricRule.Kind.CONTINUOUS,
                node.path("unit").asText(""),
                window(node),
                threshold(node.path("warn")),
                threshold(node.path("critical")),
                trends(node),
                node.has("flaps") ? flaps(node.path("flaps")) : flaps,
                Optional.ofNullable(node.get("suggests")).map(JsonNode::asText),
                node.path("message").asText(""));
    }

    private static List<MetricRule.Trend> trends(JsonNode node) {
        var trends = new ArrayList<MetricRule.Trend>();
        for (var direction : MetricRule.Direction.values()) {
            var trend = node.path(key(direction));
            if (!trend.isMissingNode()) {
                trends.add(new MetricRule.Trend(
                        direction,
                        Durations.parse(trend.path("within").asText()),
                        threshold(trend.path("warn")),
                        threshold(trend.path("critical")),
                        trend.path("message").asText()));
            }
        }
        return List.copyOf(trends);
    }

    private static Optional<MetricRule.FlapBudget> flaps(JsonNode node) {
        return node.isMissingNode()
                ? Optional.empty()
                : Optional.of(new MetricRule.FlapBudget(
                        node.path("raises").asInt(),
                        Durations.parse(node.path("within").asText()),
                        Durations.parse(node.path("quiet").asText()),
                        node.path("message").asText("It comes and goes.")));
    }

    private static String key(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }

    private static Duration window(JsonNode node) {
        return Durations.parse(node.path("window").asText());
    }

    private static Optional<MetricRule.Threshold> threshold(JsonNode node) {
        for (var side : MetricRule.Side.values()) {
            var value = node.get(key(side));
            if (value != null) {
                return Optional.of(new MetricRule.Threshold(
                        side,
                        value.asDouble(),
                        node.path("hysteresis").asDouble(0),
                        node.path("dwell").asInt(1)));
            }
        }
        return Optional.empty();
    }
}
