package io.probeline.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.record.CommandResult;
import io.probeline.record.Outcome;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.LineFacts.Fact;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Says a transcript line in words, from the templates of a file: the same line gives the same words everywhere. */
public final class LineTexts {
    /** No line is longer, in characters. */
    public static final int LONGEST = 1_000;

    /** A line over one 5 s window has, with the 2 s windows that closed meanwhile, at most this long a span. */
    private static final Duration ONE_WINDOW = Duration.ofSeconds(7);

    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_MESSAGE = 300;

    private final LineWords words;
    private final LineNumbers numbers;
    private final LineMetrics metrics;
    private final LineFacts facts;
    private final Map<String, LineTemplate> templates = new HashMap<>();
    private final Map<String, String> outcomes;
    private final String separator;
    private final String silent;

    private LineTexts(JsonNode file) {
        words = new LineWords(StreamSupport.stream(file.path("redact").spliterator(), false)
                .map(JsonNode::asText)
                .toList());
        numbers = new LineNumbers(file);
        metrics = new LineMetrics(file, numbers, words);
        facts = new LineFacts(words, numbers, texts(file.path("suffixes")), metrics::one);
        outcomes = texts(file.at("/result/outcomes"));
        separator = file.path("separator").asText();
        silent = file.at("/update/silent").asText();
        template(file, "/fact", "title", "value", "unit");
        template(file, "/update/line", "deviceId", "facts", "over", "helps");
        template(file, "/update/over", "time");
        template(file, "/update/helps", "command");
        template(file, "/lost", "deviceId");
        template(file, "/restored", "deviceId");
        texts(file.path("refused")).keySet().forEach(reason -> template(file, "/refused/" + reason, "deviceId"));
        template(file, "/result/line", "deviceId", "command", "outcome", "facts", "why");
        template(file, "/result/facts", "facts");
        template(file, "/result/why", "why");
        template(file, "/result/also", "command", "outcome", "facts", "why");
        template(file, "/unknown", "deviceId", "command");
        template(file, "/ended/line", "deviceId", "time", "received", "expected", "facts");
        template(file, "/ended/range", "title", "value", "unit", "min", "max");
    }

    /** The lines that ship, in English. */
    public static LineTexts shipped() {
        return new LineTexts(StrictFile.shipped("lines"));
    }

    /** @throws IllegalArgumentException naming each fault */
    public static LineTexts read(Path file) {
        return new LineTexts(StrictFile.read("lines", file));
    }

    static LineTexts parse(String text) {
        return new LineTexts(StrictFile.parse("lines", "lines.yaml", text));
    }

    /** One line of at most {@link #LONGEST} characters, without control characters and without what looks like a secret. */
    public String say(TranscriptLine line) {
        var text = switch (line.getKind()) {
            case UPDATE -> update(line);
            case LOST -> fill("/lost", Map.of("deviceId", device(line)));
            case RESTORED -> fill("/restored", Map.of("deviceId", device(line)));
            case REFUSED -> refused(line);
            case RESULT -> result(line);
            case OUTCOME_UNKNOWN -> fill("/unknown", Map.of("deviceId", device(line), "command", command(line)));
            case ENDED -> ended(line);
        };
        return LineWords.cut(text + line.getResults().stream().map(this::also).collect(Collectors.joining()), LONGEST);
    }

    private String update(TranscriptLine line) {
        var all = metrics.say(line.getMetrics());
        // Where nothing is bad, and nothing is always said, all is: the device did send.
        boolean some = all.stream().anyMatch(LineMetrics.Said::matters);
        var said = all.stream()
                .filter(metric -> metric.matters() || !some)
                .map(metric -> fact(metric.fact()))
                .collect(Collectors.joining(separator));
        var over = span(line)
                .filter(span -> span.compareTo(ONE_WINDOW) > 0)
                .map(span -> fill("/update/over", Map.of("time", numbers.time(span))));
        var helps = line.getCommand().map(name -> fill("/update/helps", Map.of("command", command(line))));
        return fill(
                "/update/line",
                Map.of(
                        "deviceId", device(line),
                        "facts", said.isEmpty() ? silent : said,
                        "over", over.orElse(""),
                        "helps", helps.orElse("")));
    }

    private String refused(TranscriptLine line) {
        var own = "/refused/" + line.getReason().orElse("other");
        return fill(templates.containsKey(own) ? own : "/refused/other", Map.of("deviceId", device(line)));
    }

    private String result(TranscriptLine line) {
        var values = result(
                line.getOutcome().orElse(Outcome.UNKNOWN),
                line.getData(),
                line.getMessage().or(line::getReason));
        values.put("deviceId", device(line));
        values.put("command", command(line));
        return fill("/result/line", values);
    }

    private String also(CommandResult result) {
        var values = result(
                result.getOutcome(), result.getData(), result.getMessage().or(result::getReason));
        values.put("command", words.said(result.getCommand(), LONGEST_NAME));
        return fill("/result/also", values);
    }

    private Map<String, String> result(Outcome outcome, Optional<String> data, Optional<String> reason) {
        var said =
                data.map(facts::of).orElse(List.of()).stream().map(this::fact).collect(Collectors.joining(separator));
        var why = reason.map(text -> words.said(text, LONGEST_MESSAGE))
                .filter(text -> outcome != Outcome.OK && !text.isEmpty());
        var values = new HashMap<String, String>();
        values.put("outcome", outcomes.getOrDefault(outcome.name().toLowerCase(Locale.ROOT), outcome.name()));
        values.put("facts", said.isEmpty() ? "" : fill("/result/facts", Map.of("facts", said)));
        values.put(
                "why", why.map(text -> fill("/result/why", Map.of("why", text))).orElse(""));
        return values;
    }

    private String ended(TranscriptLine line) {
        var said = metrics.say(line.getMetrics()).stream().map(this::range).collect(Collectors.joining(separator));
        return fill(
                "/ended/line",
                Map.of(
                        "deviceId", device(line),
                        "time", numbers.time(span(line).orElse(Duration.ZERO)),
                        "received", Long.toString(line.getReceived()),
                        "expected", Long.toString(line.getExpected()),
                        "facts", said.isEmpty() ? "" : separator + said));
    }

    private String fact(Fact fact) {
        return fill("/fact", Map.of("title", fact.title(), "value", fact.value(), "unit", fact.unit()));
    }

    private String range(LineMetrics.Said metric) {
        if (metric.counted()) {
            return fact(metric.fact());
        }
        var fact = metric.fact();
        return fill(
                "/ended/range",
                Map.of(
                        "title", fact.title(),
                        "value", fact.value(),
                        "unit", fact.unit(),
                        "min", metric.min(),
                        "max", metric.max()));
    }

    private String device(TranscriptLine line) {
        return words.said(line.getDeviceId(), LONGEST_NAME);
    }

    private String command(TranscriptLine line) {
        return words.said(line.getCommand().orElse("?"), LONGEST_NAME);
    }

    private static Optional<Duration> span(TranscriptLine line) {
        return line.getWindowStart()
                .flatMap(start -> line.getWindowEnd().map(end -> Duration.between(start, end)))
                .filter(span -> !span.isNegative());
    }

    private String fill(String template, Map<String, String> values) {
        return Objects.requireNonNull(templates.get(template), template).fill(values);
    }

    private void template(JsonNode file, String at, String... names) {
        templates.put(at, LineTemplate.of(at, file.at(at).asText(), names));
    }

    private static Map<String, String> texts(JsonNode node) {
        var texts = new LinkedHashMap<String, String>();
        node.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }
}
