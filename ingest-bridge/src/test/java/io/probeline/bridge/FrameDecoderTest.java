package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a device may say, and what it may not. */
class FrameDecoderTest {
    private static final String SIGNS = "{}[]\",:0-.eE\\ntu";

    private final FrameDecoder decoder = new FrameDecoder();

    private FrameDecoder.Read decode(String text) {
        var bytes = ("before" + text + "after").getBytes(StandardCharsets.UTF_8);
        return decoder.decode(bytes, 6, bytes.length - 11);
    }

    private DeviceFrame one(String text) {
        var read = decode(text);
        assertNull(read.fault());
        assertEquals(1, read.frames().size());
        return read.frames().getFirst();
    }

    private String fault(String text) {
        var read = decode(text);
        assertEquals(List.of(), read.frames());
        return found(read.fault(), text).reason();
    }

    private static FrameFault found(@Nullable FrameFault value, String what) {
        if (value == null) {
            throw new AssertionError("nothing is wrong with " + what);
        }
        return value;
    }

    @Test
    void theContractsOwnExamples() {
        assertEquals(
                new DeviceFrame.Telemetry(
                        Instant.parse("2026-11-22T10:15:30.123Z"),
                        4711L,
                        Map.of("signal_strength", -71.5, "latency", 23.1, "packet_loss", 0.2, "errors", 0.0)),
                one(
                        "{\"type\":\"telemetry\",\"ts\":\"2026-11-22T10:15:30.123Z\",\"seq\":4711,\n"
                                + " \"metrics\":{\"signal_strength\":-71.5,\"latency\":23.1,\"packet_loss\":0.2,\"errors\":0}}"));
        assertEquals(new DeviceFrame.Ack("01JD"), one("{\"type\":\"ack\",\"commandId\":\"01JD\"}"));
        assertEquals(
                new DeviceFrame.Progress("01JD", 40, "channel 6"),
                one("{\"type\":\"progress\",\"commandId\":\"01JD\",\"percent\":40,\"message\":\"channel 6\"}"));
        assertEquals(
                new DeviceFrame.Succeeded("01JD", "{\"channels\":[{\"channel\":6,\"rssi\":-61}]}"),
                one(
                        "{\"type\":\"result\",\"commandId\":\"01JD\",\"status\":\"ok\",\"data\":{\"channels\":[{\"channel\":6,\"rssi\":-61}]}}"));
        assertEquals(
                new DeviceFrame.Failed("01JD", "busy", "radio in use"),
                one(
                        "{\"type\":\"result\",\"commandId\":\"01JD\",\"status\":\"error\",\"error\":{\"code\":\"busy\",\"message\":\"radio in use\"}}"));
        assertEquals(new DeviceFrame.HeartbeatAck(12), one("{\"type\":\"heartbeat_ack\",\"id\":12}"));
    }

    @Test
    void fieldsComeInAnyOrderAndUnknownOnesAreIgnored() {
        assertEquals(
                new DeviceFrame.Ack("c"),
                one(
                        "{\"x\":{\"type\":[1,{}]},\"seq\":\"not an ack's\",\"commandId\":\"c\",\"type\":\"ack\",\"y\":null}"));
    }

    @Test
    void whatIsOptionalMayBeAbsentOrNull() {
        var bare = new DeviceFrame.Telemetry(null, null, Map.of("a", 1.0));
        assertEquals(bare, one("{\"type\":\"telemetry\",\"metrics\":{\"a\":1}}"));
        assertEquals(bare, one("{\"type\":\"telemetry\",\"ts\":null,\"seq\":null,\"metrics\":{\"a\":1}}"));
        assertEquals(
                new DeviceFrame.Succeeded("c", null),
                one("{\"type\":\"result\",\"commandId\":\"c\",\"status\":\"ok\"}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"a\": [1, 2 ] }", "\"grüße \\u00e9 \\\" }\"", "-1.50e+3", "0", "true", "[]", "[[],{}]", "{}"})
    void dataIsKeptAsTheDeviceWroteIt(String data) {
        for (var tail : List.of("}", " }", ",\"more\":1}")) {
            assertEquals(
                    new DeviceFrame.Succeeded("c", data),
                    one("{\"type\":\"result\",\"commandId\":\"c\",\"status\":\"ok\",\"data\": " + data + tail));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T10:15:30Z, 2026-11-22T10:15:30Z",
        "2026-11-22t10:15:30.5z, 2026-11-22T10:15:30.500Z",
        "2026-11-22T12:15:30+02:00, 2026-11-22T10:15:30Z",
        "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z"
    })
    void timesAreRfc3339(String text, Instant time) {
        assertEquals(
                new DeviceFrame.Telemetry(time, null, Map.of("a", 1.0)),
                one("{\"type\":\"telemetry\",\"ts\":\"" + text + "\",\"metrics\":{\"a\":1}}"));
    }

    @Test
    void timesAreMillisecondsToo() {
        assertEquals(
                new DeviceFrame.Telemetry(Instant.ofEpochMilli(1_795_000_000_123L), null, Map.of("a", 1.0)),
                one("{\"type\":\"telemetry\",\"ts\":1795000000123,\"metrics\":{\"a\":1}}"));
    }

    /** JSON knows one kind of numbers, and many a device's library writes all of them with a fraction. */
    @Test
    void wholeNumbersMayBeWrittenWithAFraction() {
        assertEquals(
                new DeviceFrame.Telemetry(Instant.ofEpochMilli(1_795_000_000_123L), 4_711L, Map.of("a", 1.0)),
                one("{\"type\":\"telemetry\",\"ts\":1795000000123.75,\"seq\":4711.0,\"metrics\":{\"a\":1}}"));
        assertEquals(
                new DeviceFrame.Telemetry(Instant.ofEpochMilli(1_795_000_000_000L), 4_000L, Map.of("a", 1.0)),
                one("{\"type\":\"telemetry\",\"ts\":1.795e12,\"seq\":4e3,\"metrics\":{\"a\":1}}"));
    }

    @Test
    void anArrayHoldsSeveralAndOneWrongTakesNoneWithIt() {
        var read = decode("[{\"type\":\"ack\",\"commandId\":\"a\"},{\"type\":\"what\"},7,[1],"
                + "{\"type\":\"ack\",\"commandId\":\"b\"}]");
        assertEquals(List.of(new DeviceFrame.Ack("a"), new DeviceFrame.Ack("b")), read.frames());
        assertEquals(new FrameFault(FrameFault.UNKNOWN_TYPE, "object 1: type 'what'"), found(read.fault(), "it"));
        assertEquals(new FrameDecoder.Read(List.of(), null), decode("[]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "hello",
                "{",
                "{\"type\":\"ack\",\"commandId\":\"c\"",
                "{\"type\":\"ack\",\"commandId\":\"c\"}}",
                "{\"type\":\"ack\",\"commandId\":\"c\"}{\"type\":\"ack\",\"commandId\":\"c\"}",
                "[{\"type\":\"ack\",\"commandId\":\"c\"}",
                "{'type':'ack'}",
                "{\"type\":\"telemetry\",\"metrics\":{\"a\":NaN}}",
                "{\"type\":\"telemetry\",\"metrics\":{\"a\":Infinity}}",
                "{\"type\":\"telemetry\",\"metrics\":{\"a\":01}}",
                "{\"type\":\"telemetry\",\"metrics\":{\"a\":1.}}",
                "\u0000\u0000\u0000{",
                "{\u0000}\u0000"
            })
    void whatIsNotJsonIsRefusedWhole(String text) {
        assertEquals(FrameFault.NOT_JSON, fault(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "missing_field | {}",
                "missing_field | {\"commandId\":\"c\"}",
                "missing_field | {\"type\":null}",
                "mistyped_field | {\"type\":7}",
                "mistyped_field | 7",
                "mistyped_field | \"text\"",
                "mistyped_field | null",
                "unknown_type | {\"type\":\"ACK\",\"commandId\":\"c\"}",
                "missing_field | {\"type\":\"ack\"}",
                "mistyped_field | {\"type\":\"ack\",\"commandId\":1}",
                "out_of_range | {\"type\":\"ack\",\"commandId\":\"\"}",
                "out_of_range | {\"type\":\"ack\",\"commandId\":\"a b\"}",
                "missing_field | {\"type\":\"heartbeat_ack\"}",
                "mistyped_field | {\"type\":\"heartbeat_ack\",\"id\":1.5}",
                "out_of_range | {\"type\":\"heartbeat_ack\",\"id\":99999999999999999999}",
                "missing_field | {\"type\":\"telemetry\"}",
                "mistyped_field | {\"type\":\"telemetry\",\"metrics\":[]}",
                "out_of_range | {\"type\":\"telemetry\",\"metrics\":{}}",
                "out_of_range | {\"type\":\"telemetry\",\"metrics\":{\"Upper\":1}}",
                "out_of_range | {\"type\":\"telemetry\",\"metrics\":{\"\":1}}",
                "out_of_range | {\"type\":\"telemetry\",\"metrics\":{\"1a\":1}}",
                "mistyped_field | {\"type\":\"telemetry\",\"metrics\":{\"a\":\"1\"}}",
                "mistyped_field | {\"type\":\"telemetry\",\"metrics\":{\"a\":null}}",
                "mistyped_field | {\"type\":\"telemetry\",\"metrics\":{\"a\":{\"b\":[1]},\"c\":1}}",
                "non_finite | {\"type\":\"telemetry\",\"metrics\":{\"a\":1e999}}",
                "non_finite | {\"type\":\"telemetry\",\"metrics\":{\"a\":-1e999}}",
                "mistyped_field | {\"type\":\"telemetry\",\"ts\":true,\"metrics\":{\"a\":1}}",
                "out_of_range | {\"type\":\"telemetry\",\"ts\":1e300,\"metrics\":{\"a\":1}}",
                "mistyped_field | {\"type\":\"telemetry\",\"seq\":1.5,\"metrics\":{\"a\":1}}",
                "mistyped_field | {\"type\":\"telemetry\",\"seq\":1e300,\"metrics\":{\"a\":1}}",
                "mistyped_field | {\"type\":\"telemetry\",\"ts\":\"yesterday\",\"metrics\":{\"a\":1}}",
                "mistyped_field | {\"type\":\"telemetry\",\"ts\":\"2026-11-22\",\"metrics\":{\"a\":1}}",
                "out_of_range | {\"type\":\"telemetry\",\"ts\":9223372036854775807,\"metrics\":{\"a\":1}}",
                "mistyped_field | {\"type\":\"telemetry\",\"seq\":\"1\",\"metrics\":{\"a\":1}}",
                "missing_field | {\"type\":\"progress\",\"commandId\":\"c\"}",
                "out_of_range | {\"type\":\"progress\",\"commandId\":\"c\",\"percent\":101}",
                "mistyped_field | {\"type\":\"progress\",\"commandId\":\"c\",\"percent\":\"40\"}",
                "mistyped_field | {\"type\":\"progress\",\"commandId\":\"c\",\"percent\":1,\"message\":{}}",
                "missing_field | {\"type\":\"result\",\"commandId\":\"c\"}",
                "out_of_range | {\"type\":\"result\",\"commandId\":\"c\",\"status\":\"OK\"}",
                "missing_field | {\"type\":\"result\",\"commandId\":\"c\",\"status\":\"error\"}",
                "mistyped_field | {\"type\":\"result\",\"commandId\":\"c\",\"status\":\"error\",\"error\":\"busy\"}",
                "missing_field | {\"type\":\"result\",\"commandId\":\"c\",\"status\":\"error\",\"error\":{}}",
                "mistyped_field | {\"type\":\"result\",\"commandId\":\"c\",\"status\":\"error\",\"error\":{\"code\":5}}"
            })
    void whatTheProtocolDoesNotAllowIsRefusedWithItsReason(String reason, String text) {
        assertEquals(reason, fault(text));
    }

    @Test
    void sixtyFourMetricsAndNoMore() {
        assertEquals(64, ((DeviceFrame.Telemetry) one(metrics(64))).metrics().size());
        assertEquals(FrameFault.OUT_OF_RANGE, fault(metrics(65)));
        assertEquals(
                1,
                ((DeviceFrame.Telemetry) one("{\"type\":\"telemetry\",\"metrics\":{\"" + "a".repeat(64) + "\":1}}"))
                        .metrics()
                        .size());
        assertEquals(
                FrameFault.OUT_OF_RANGE, fault("{\"type\":\"telemetry\",\"metrics\":{\"" + "a".repeat(65) + "\":1}}"));
    }

    private static String metrics(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"m" + i + "\":" + i)
                .collect(Collectors.joining(",", "{\"type\":\"telemetry\",\"metrics\":{", "}}"));
    }

    @Test
    void depthIsBorneOrRefused() {
        assertEquals(FrameFault.NOT_JSON, fault("[".repeat(30_000)));
        assertEquals(FrameFault.NOT_JSON, fault("{\"a\":".repeat(10_000)));
    }

    @Test
    void badUtf8IsRefused() {
        var bytes = "{\"type\":\"ack\",\"commandId\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                FrameFault.NOT_JSON,
                found(decoder.decode(bytes, 0, bytes.length).fault(), "it").reason());
    }

    /** Whatever comes, an answer comes back: mutations of good frames, cut, joined and overwritten. */
    @Test
    void neverThrows() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var good = List.of(
                "{\"type\":\"telemetry\",\"ts\":\"2026-11-22T10:15:30.123Z\",\"seq\":4711,\"metrics\":{\"a\":-71.5e3,\"b\":0}}",
                "{\"type\":\"result\",\"commandId\":\"c\",\"status\":\"ok\",\"data\":{\"x\":[1,\"\\u00e9\",null,{}]}}",
                "{\"type\":\"result\",\"commandId\":\"c\",\"status\":\"error\",\"error\":{\"code\":\"b\",\"message\":\"m\"}}",
                "[{\"type\":\"progress\",\"commandId\":\"c\",\"percent\":40,\"message\":\"m\"},{\"type\":\"heartbeat_ack\",\"id\":1}]");
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            var bytes = mutated(good.get(random.nextInt(good.size())).getBytes(StandardCharsets.UTF_8), random);
            var read = decoder.decode(bytes, 0, bytes.length);
            accepted += read.frames().size();
        }
        assertTrue(accepted > 1_000, "the fuzz still finds good frames: " + accepted);
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        var mutated = bytes.clone();
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(4)) {
                case 0 -> mutated[at] = (byte) random.nextInt(256);
                case 1 -> mutated[at] = (byte) SIGNS.charAt(random.nextInt(SIGNS.length()));
                case 2 -> mutated = Arrays.copyOf(mutated, Math.max(1, at));
                default -> System.arraycopy(bytes, 0, mutated, 0, Math.min(at, bytes.length));
            }
        }
        return mutated;
    }
}
