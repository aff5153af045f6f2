package io.probeline.schemas;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class AvroFormatTest {
    private final LocalSchemaRegistry registry = new LocalSchemaRegistry();
    private final AvroFormat<Telemetry> format = new AvroFormat<>(Topics.TELEMETRY, registry);

    @Test
    void startsWithAZeroByteAndTheSchemasId() {
        int id = registry.register(Topics.TELEMETRY.subject(), Telemetry.getClassSchema());
        assertArrayEquals(new byte[] {0, 0, 0, 0, (byte) id}, Arrays.copyOf(format.encode(frame()), 5));
    }

    @Test
    void readsWhatItWrote() {
        assertEquals(new Decoded.Ok<>(frame()), format.decode(format.encode(frame())));
    }

    @Test
    void readsWhatAnOlderSchemaWrote() {
        var older = new Schema.Parser()
                .parse(Telemetry.getClassSchema()
                        .toString()
                        .replaceAll(",\\{\"name\":\"duplicates\".*?\"default\":0\\}", ""));
        assertEquals(
                Telemetry.getClassSchema().getFields().size() - 1,
                older.getFields().size());
        int id = registry.register("older", older);
        var generic = new org.apache.avro.generic.GenericData.Record(older);
        older.getFields().forEach(field -> generic.put(field.name(), frame().get(field.name())));
        generic.put(
                "kind",
                new org.apache.avro.generic.GenericData.EnumSymbol(
                        older.getField("kind").schema(), "FRAME"));
        generic.put("receivedAt", frame().getReceivedAt().toEpochMilli());
        assertEquals(new Decoded.Ok<>(frame()), format.decode(wire(id, older, generic)));
    }

    @Test
    void rejectsWhatIsNotTheWireFormat() {
        assertRejected("undecodable", new byte[0]);
        assertRejected("undecodable", "{\"json\":true}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertRejected("unknown_schema", new byte[] {0, 0, 0, 3, 9, 1, 2});
    }

    @Test
    void neverThrowsOnDamagedBytes() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var whole = format.encode(frame());
        for (int i = 0; i < 100_000; i++) {
            var damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 3));
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 5; flips--) {
                damaged[5 + random.nextInt(damaged.length - 5)] = (byte) random.nextInt();
            }
            try {
                format.decode(damaged);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }

    @Test
    void theSerdeThrowsWhatDecodeRejects() {
        try (var serde = format.serde()) {
            assertThrows(
                    SerializationException.class, () -> serde.deserializer().deserialize("t", new byte[] {7}));
        }
    }

    private void assertRejected(String reason, byte[] bytes) {
        var rejected = assertInstanceOf(Decoded.Rejected.class, format.decode(bytes));
        assertEquals(reason, rejected.reason());
    }

    private static byte[] wire(int id, Schema schema, org.apache.avro.generic.GenericRecord value) {
        var out = new java.io.ByteArrayOutputStream();
        out.writeBytes(java.nio.ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        try {
            var encoder = org.apache.avro.io.EncoderFactory.get().directBinaryEncoder(out, null);
            new org.apache.avro.generic.GenericDatumWriter<org.apache.avro.generic.GenericRecord>(schema)
                    .write(value, encoder);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static Telemetry frame() {
        return Telemetry.newBuilder()
                .setInteractionId("call-1")
                .setSessionId("s-1")
                .setDeviceId("washer-17")
                .setKind(TelemetryKind.FRAME)
                .setReceivedAt(Instant.parse("2026-11-22T10:15:30.123Z"))
                .setSeq(4711L)
                .setMetrics(Map.of("signal_strength", -71.5))
                .build();
    }
}
