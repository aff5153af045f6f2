package io.probeline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.CommandResult;
import io.probeline.record.Level;
import io.probeline.record.LineKind;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Outcome;
import io.probeline.record.Priority;
import io.probeline.record.TranscriptLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineTextsTest {
    private static final Instant AT = Instant.parse("2026-11-22T10:15:30Z");
    private final LineTexts texts = LineTexts.shipped();

    /** Avro builds our records by name only once the format has told it to. */
    @BeforeAll
    static void trustOurRecords() {
        new AvroFormat<>(Topics.TRANSCRIPT, new LocalSchemaRegistry());
    }

    @Test
    void anUpdateReadsAsTheContractHasIt() {
        var line = update(
                5,
                Map.of(
                        "errors",
                        metric(0, ""),
                        "latency",
                        metric(23.1, "ms"),
                        "signal_strength",
                        metric(-71.5, "dBm")));
        assertEquals(
                "[DIAGNOSTIC UPDATE - washer-17]: Signal: -71.5dBm, Latency: 23ms, Errors: 0", texts.say(line.build()));
    }

    @Test
    void furtherMetricsAreSaidOnlyWhenTheyAreBad() {
        var metrics = new HashMap<>(
                Map.of("latency", metric(23, "ms"), "packet_loss", metric(0.2, "%"), "drum_speed", metric(900, "rpm")));
        assertEquals(
                "[DIAGNOSTIC UPDATE - washer-17]: Latency: 23ms",
                texts.say(update(5, metrics).build()));
        metrics.put("packet_loss", metric(6.24, "%", Level.CRITICAL));
        metrics.put("drum_speed", metric(1200, "rpm", Level.WARN));
        assertEquals(
                "[DIAGNOSTIC UPDATE - washer-17]: Latency: 23ms, Packet loss: 6.2%, Drum speed: 1200.0rpm",
                texts.say(update(5, metrics).build()));
    }

    /** A device of another maker may measure nothing that is always said. */
    @Test
    void whereNothingElseIsThereToSayFurtherMetricsAreSaid() {
        assertEquals(
                "[DIAGNOSTIC UPDATE - washer-17]: Packet loss: 0.2%, Drum speed: 900.0rpm",
                texts.say(update(5, Map.of("packet_loss", metric(0.2, "%"), "drum_speed", metric(900, "rpm")))
                        .build()));
    }

    @Test
    void aMetricWithoutValuesIsLeftOutAndSilenceIsSaid() {
        var none =
                MetricAggregate.newBuilder(metric(Double.NaN, "ms")).setCount(0).build();
        assertEquals(
                "[DIAGNOSTIC UPDATE - washer-17]: No data received",
                texts.say(update(5, Map.of("latency", none)).build()));
    }

    @ParameterizedTest
    @CsvSource({
        "5,''",
        "7,''",
        "10,' (over 10 s)'",
        "25,' (over 25 s)'",
        "205,' (over 3 min 25 s)'",
        "3600,' (over 1 h)'",
        "7500,' (over 2 h 5 min)'"
    })
    void aMergedLineSaysHowMuchTimeItCovers(int seconds, String over) {
        assertEquals(
                "[DIAGNOSTIC UPDATE - washer-17]: Latency: 23ms" + over,
                texts.say(update(seconds, Map.of("latency", metric(23, "ms"))).build()));
    }

    @Test
    void aBreachKeepsToTheContractsLine() {
        var line = update(10, Map.of("signal_strength", metric(-88.25, "dBm", Level.CRITICAL)))
                .setCommand("channel_scan");
        assertEquals("[DIAGNOSTIC UPDATE - washer-17]: Signal: -88.3dBm (over 10 s)", texts.say(line.build()));
    }

    @ParameterizedTest
    @CsvSource({"-0.04,-0.0", "-0.05,-0.1", "0.05,0.1", "-71.45,-71.5", "1e12,1000000000000.0"})
    void numbersAreRoundedHalfAwayFromZeroAndNeverMinusZero(double value, String said) {
        assertEquals(
                "[DIAGNOSTIC UPDATE - washer-17]: Signal: " + said.replace("-0.0", "0.0") + "dBm",
                texts.say(update(5, Map.of("signal_strength", metric(value, "dBm")))
                        .build()));
    }

    @Test
    void aDeviceIsLostAndBack() {
        assertEquals(
                "[SYSTEM ERROR]: Connection to device washer-17 lost. Please ask the customer to check their internet connection.",
                texts.say(line(LineKind.LOST).build()));
        assertEquals(
                "[SYSTEM INFO]: Connection to device washer-17 restored.",
                texts.say(line(LineKind.RESTORED).build()));
    }

    @ParameterizedTest
    @CsvSource({
        "device_auth,credentials",
        "device_unknown,does not know it",
        "device_protocol,understood",
        "other_reason,at the moment"
    })
    void aRefusalSaysWhy(String reason, String part) {
        var said = texts.say(line(LineKind.REFUSED).setReason(reason).build());
        assertTrue(said.startsWith("[SYSTEM ERROR]: Device washer-17 ") && said.contains(part), said);
    }

    @Test
    void aResultSaysItsMainFacts() {
        var data = """
                {"version":"2.4.1","bootCounter":7,"rttMs":12.345,"latency":22.6,"ok":true,"nothing":null,
                 "radio":{"channel":6,"deep":{"unsaid":1}},"channels":[{"channel":6},{"channel":11}],"free":[1,6]}""";
        assertEquals(
                "[COMMAND RESULT - washer-17]: firmware_version succeeded. Version: 2.4.1, Boot counter: 7, Rtt: 12.35ms, "
                        + "Latency: 23ms, Ok: true, Radio channel: 6, Channels: 2, Free: 1 6",
                texts.say(result(Outcome.OK).setData(data).build()));
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void everyOutcomeHasItsWords(Outcome outcome) {
        var said = texts.say(
                result(outcome).setReason("busy").setMessage("radio in use").build());
        assertTrue(said.startsWith("[COMMAND RESULT - washer-17]: firmware_version "), said);
        assertFalse(said.contains(outcome.name()), said);
        assertEquals(outcome != Outcome.OK, said.endsWith(": radio in use"), said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "[]",
                "7",
                "null",
                "{",
                "{\"a\":1e999999999}",
                "{\"a\":-1e-999999999}",
                "{\"\":\"\"}"
            })
    void anyDataGivesALine(String data) {
        var said = texts.say(result(Outcome.OK).setData(data).build());
        assertTrue(
                said.startsWith("[COMMAND RESULT - washer-17]: firmware_version succeeded") && said.length() < 200,
                said);
    }

    @Test
    void anUnknownOutcomeSaysThatNobodyKnows() {
        assertEquals(
                "[COMMAND OUTCOME UNKNOWN - washer-17]: reboot_module was sent, but nobody can tell whether it ran. "
                        + "Please check the appliance before trying again.",
                texts.say(line(LineKind.OUTCOME_UNKNOWN)
                        .setCommand("reboot_module")
                        .build()));
    }

    @Test
    void theEndSaysItsTotals() {
        var signal = MetricAggregate.newBuilder(metric(-71.5, "dBm"))
                .setMin(-80.06)
                .setMax(-65)
                .build();
        var errors = MetricAggregate.newBuilder(metric(1, "")).setSum(4).build();
        var ended = update(200, Map.of("signal_strength", signal, "errors", errors, "packet_loss", metric(0.21, "%")))
                .setKind(LineKind.ENDED)
                .setReceived(1_998)
                .setExpected(2_000);
        assertEquals(
                "[DIAGNOSTIC SESSION ENDED - washer-17]: Duration: 3 min 20 s, Frames: 1998 of 2000 received, "
                        + "Signal: -71.5dBm (from -80.1 to -65.0), Errors: 4, Packet loss: 0.2% (from 0.2 to 0.2)",
                texts.say(ended.build()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret",
                "deviceSecret",
                "API_TOKEN",
                "passWord",
                "x-api-key",
                "Authorization",
                "accessKey",
                "client_credentials",
                "set-cookie"
            })
    void aSecretIsNeverSaidWhereverItStands(String name) {
        var data =
                "{\"%1$s\":\"CANARY\",\"note\":\"%1$s=CANARY and %1$s: CANARY\",\"nested\":{\"%1$s\":{\"a\":\"CANARY\"}},\"list\":[\"%1$s=CANARY\"]}"
                        .formatted(name);
        var line = result(Outcome.ERROR)
                .setData(data)
                .setMessage("%1$s: CANARY, \"%1$s\":\"CANARY CANARY\" and Bearer CANARYCANARY".formatted(name));
        var said = texts.say(line.build());
        assertFalse(said.contains("CANARY"), said);
        var metric = update(5, Map.of(name, metric(4711, "", Level.CRITICAL)));
        assertFalse(texts.say(metric.build()).contains("4711"), "a metric by that name");
    }

    @Test
    void whatADeviceSaysIsOneBoundedLine() {
        var wild = "a\u0000b\r\nc\u202Ed\u200Be\u2028f\uD800g" + "😀".repeat(2_000);
        var data = "{\"" + "n".repeat(5_000) + "\":\"" + "v".repeat(5_000) + "\"}";
        var said =
                texts.say(result(Outcome.ERROR).setData(data).setMessage(wild).build());
        assertTrue(said.length() <= LineTexts.LONGEST, said);
        assertTrue(said.contains("a b c d e f g😀") && said.endsWith("…"), said);
        assertTrue(
                said.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE),
                said);
    }

    @Test
    void manyBadMetricsStayWithinTheLongestLine() {
        var metrics = new HashMap<String, MetricAggregate>();
        for (int i = 0; i < 500; i++) {
            metrics.put("metric_" + "x".repeat(60) + i, metric(i, "unit", Level.WARN));
        }
        assertTrue(texts.say(update(5, metrics).build()).length() <= LineTexts.LONGEST);
    }

    @Test
    void aLineTellsResultsThatMayNotHaveBeenSaid() {
        var line = update(5, Map.of("signal_strength", metric(-71.5, "dBm")))
                .setResults(List.of(
                        CommandResult.newBuilder()
                                .setCommand("ping_latency")
                                .setOutcome(Outcome.OK)
                                .setData("{\"latency_ms\":23}")
                                .build(),
                        CommandResult.newBuilder()
                                .setCommand("channel_scan")
                                .setOutcome(Outcome.ERROR)
                                .setReason("busy")
                                .setMessage("radio in use")
                                .build()));
        assertEquals(
                "[DIAGNOSTIC UPDATE - washer-17]: Signal: -71.5dBm. Also: ping_latency succeeded. Latency: 23ms. Also: channel_scan failed: radio in use",
                texts.say(line.build()));
    }

    @Test
    void aFileInAnotherLanguageIsTaken() throws IOException {
        var german = shippedText()
                .replace("decimalMark: \".\"", "decimalMark: \",\"")
                .replace("(over {time})", "(in {time})");
        var line = update(10, Map.of("signal_strength", metric(-71.5, "dBm")));
        assertEquals(
                "[DIAGNOSTIC UPDATE - washer-17]: Signal: -71,5dBm (in 10 s)",
                LineTexts.parse(german).say(line.build()));
    }

    @Test
    void aFileWithAFaultIsRefusedWithItsPlace() throws IOException {
        var slip = shippedText().replace("device {deviceId} lost", "device {device} lost");
        var refused = assertThrows(IllegalArgumentException.class, () -> LineTexts.parse(slip));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("/lost: {device} is unknown here"), refused.getMessage());
        var unknown = shippedText().replace("redact: []", "redacts: []");
        assertThrows(IllegalArgumentException.class, () -> LineTexts.parse(unknown));
    }

    @Test
    void theWordsDoNotDependOnTheMachinesLanguage() {
        var here = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr-TR-u-nu-arab"));
            var said = LineTexts.shipped()
                    .say(result(Outcome.TIMED_OUT).setData("{\"INFO\":1.5}").build());
            assertEquals("[COMMAND RESULT - washer-17]: firmware_version got no answer in time. Info: 1.5", said);
        } finally {
            Locale.setDefault(here);
        }
    }

    private static String shippedText() throws IOException {
        try (var in = LineTexts.class.getResourceAsStream("lines.yaml")) {
            return new String(java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static TranscriptLine.Builder line(LineKind kind) {
        return TranscriptLine.newBuilder()
                .setLineId("L1")
                .setInteractionId("I1")
                .setSessionId("S1")
                .setDeviceId("washer-17")
                .setKind(kind)
                .setPriority(Priority.SUMMARY)
                .setAt(AT);
    }

    private static TranscriptLine.Builder update(int seconds, Map<String, MetricAggregate> metrics) {
        return line(LineKind.UPDATE)
                .setWindowStart(AT)
                .setWindowEnd(AT.plusSeconds(seconds))
                .setMetrics(metrics);
    }

    private static TranscriptLine.Builder result(Outcome outcome) {
        return line(LineKind.RESULT).setCommand("firmware_version").setOutcome(outcome);
    }

    private static MetricAggregate metric(double value, String unit) {
        return metric(value, unit, Level.OK);
    }

    private static MetricAggregate metric(double value, String unit, Level level) {
        return MetricAggregate.newBuilder()
                .setMin(value)
                .setMax(value)
                .setAvg(value)
                .setSum(value)
                .setLast(value)
                .setCount(1)
                .setUnit(unit)
                .setLevel(level)
                .build();
    }
}
