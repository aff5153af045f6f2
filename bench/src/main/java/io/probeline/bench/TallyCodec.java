package io.probeline.bench;

import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A rival's window as bytes, as compact and quick as by hand: for the stores of the DSL, and for the checkpoints of Flink. */
final class TallyCodec {
    private TallyCodec() {}

    static byte[] encode(WindowTally tally) {
        try {
            var sketches = GrowingByteArrayOutput.withInitialCapacity(256);
            var ends = new int[tally.metrics().size()];
            int at = 0;
            for (var metric : tally.metrics().values()) {
                metric.writeSketch(sketches);
                ends[at++] = sketches.numWrittenBytes();
            }
            return write(tally, sketches, ends);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail to be written", e);
        }
    }

    private static byte[] write(WindowTally tally, GrowingByteArrayOutput sketches, int[] ends) {
        var names = tally.metrics().keySet().stream()
                .mapToInt(name -> Byte.BYTES + name.length())
                .sum();
        var out = ByteBuffer.allocate(2 * Byte.BYTES
                + tally.sessionId().length()
                + tally.deviceId().length()
                + Long.BYTES
                + Byte.BYTES
                + names
                + ends.length * (MetricTally.NUMBERS + Integer.BYTES)
                + sketches.numWrittenBytes());
        put(tally.sessionId(), out);
        put(tally.deviceId(), out);
        out.putLong(tally.received()).put((byte) ends.length);
        int at = 0;
        int begin = 0;
        for (var metric : tally.metrics().entrySet()) {
            put(metric.getKey(), out);
            metric.getValue().writeNumbers(out);
            int length = ends[at++] - begin;
            out.putInt(length).put(sketches.backingArray(), begin, length);
            begin += length;
        }
        return out.array();
    }

    static WindowTally decode(byte[] bytes) {
        try {
            var in = ByteBuffer.wrap(bytes);
            var sessionId = text(in, bytes);
            var deviceId = text(in, bytes);
            long received = in.getLong();
            var metrics = new HashMap<String, MetricTally>();
            for (int left = in.get(); left > 0; left--) {
                read(in, bytes, metrics);
            }
            return new WindowTally(sessionId, deviceId, received, metrics);
        } catch (IOException e) {
            throw new IllegalStateException("half a window", e);
        }
    }

    private static void read(ByteBuffer in, byte[] bytes, Map<String, MetricTally> metrics) throws IOException {
        var name = text(in, bytes);
        var numbers = in.slice(in.position(), MetricTally.NUMBERS);
        in.position(in.position() + MetricTally.NUMBERS);
        int length = in.getInt();
        metrics.put(name, MetricTally.read(numbers, ByteArrayInput.wrap(bytes, in.position(), length)));
        in.position(in.position() + length);
    }

    /** Ids and names of the load are ASCII, and short. */
    private static void put(String text, ByteBuffer out) {
        out.put((byte) text.length()).put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(ByteBuffer in, byte[] bytes) {
        int length = in.get();
        var text = new String(bytes, in.position(), length, StandardCharsets.ISO_8859_1);
        in.position(in.position() + length);
        return text;
    }
}
