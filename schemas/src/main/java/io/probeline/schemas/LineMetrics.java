package io.probeline.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.record.Level;
import io.probeline.record.MetricAggregate;
import io.probeline.schemas.LineFacts.Fact;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How metrics are said: those of the file in its order, then the others by name. */
final class LineMetrics {
    private static final int MOST = 12;
    private static final int LONGEST_UNIT = 16;

    private record Manner(String title, boolean summed, int decimals, String unit, boolean always) {}

    /** One metric in words. {@code matters}: always said, or bad. {@code counted}: a sum, of which least and most say nothing. */
    record Said(Fact fact, String min, String max, boolean matters, boolean counted) {}

    private final Map<String, Manner> manners = new LinkedHashMap<>();
    private final JsonNode others;
    private final LineNumbers numbers;
    private final LineWords words;

    LineMetrics(JsonNode file, LineNumbers numbers, LineWords words) {
        this.numbers = numbers;
        this.words = words;
        others = file.path("others");
        file.path("metrics")
                .properties()
                .forEach(entry -> manners.put(
                        entry.getKey(), manner(entry.getValue().path("title").asText(), entry.getValue())));
    }

    /** What has values in it, at most twelve. */
    List<Said> say(Map<String, MetricAggregate> metrics) {
        var said = new ArrayList<Said>();
        var left = new TreeMap<>(metrics);
        manners.forEach((name, manner) -> {
            var value = left.remove(name);
            if (value != null) {
                add(said, manner, value);
            }
        });
        left.forEach((name, value) -> {
            if (!words.secret(name)) {
                add(said, manner(words.title(name), others), value);
            }
        });
        return List.copyOf(said.subList(0, Math.min(said.size(), MOST)));
    }

    /** One value, where the file knows its name as a metric's. */
    Optional<Fact> one(String name, double value) {
        return Optional.ofNullable(manners.get(name))
                .map(manner -> new Fact(manner.title(), numbers.rounded(value, manner.decimals()), manner.unit()));
    }

    private void add(List<Said> said, Manner manner, MetricAggregate value) {
        double main = manner.summed() ? value.getSum() : value.getAvg();
        if (value.getCount() == 0 || !Double.isFinite(main)) {
            return;
        }
        var unit = value.getUnit().isEmpty() ? manner.unit() : words.said(value.getUnit(), LONGEST_UNIT);
        said.add(new Said(
                new Fact(manner.title(), numbers.rounded(main, manner.decimals()), unit),
                numbers.rounded(value.getMin(), manner.decimals()),
                numbers.rounded(value.getMax(), manner.decimals()),
                manner.always() || value.getLevel() != Level.OK,
                manner.summed()));
    }

    private static Manner manner(String title, JsonNode node) {
        return new Manner(
                title,
                node.path("value").asText().equals("sum"),
                node.path("decimals").asInt(),
                node.path("unit").asText(""),
                node.path("always").asBoolean(false));
    }
}
