package io.probeline.schemas;

import io.probeline.schemas.SchemaRegistry.RegistryException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The Confluent wire format of one topic's values: a zero byte, the schema's id in four bytes, then Avro binary. Any number of
 * threads may share one. The schema is registered when this is made, so that no record waits for the registry later.
 */
public final class AvroFormat<T extends SpecificRecord> {
    private static final byte MAGIC = 0;

    /** Bytes before the Avro binary. */
    public static final int HEADER = 5;

    private static final int MOST = 1 << 21;

    static {
        // No record is larger than a broker takes; a damaged length must not become an allocation.
        for (var limit : List.of("bytes.maxLength", "string.maxLength", "collectionItems.maxLength")) {
            System.setProperty("org.apache.avro.limits." + limit, Integer.toString(MOST));
        }
        // Avro instantiates by name only what it is told to trust: our own records, whatever a schema from outside
        // names.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals("io.probeline.record")));
    }

    private final SchemaRegistry registry;
    private final Schema schema;
    private final byte[] header;
    private final SpecificDatumWriter<T> writer;
    private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();

    public AvroFormat(Topic<T> topic, SchemaRegistry registry) {
        this.registry = registry;
        this.schema = topic.schema();
        int id = registry.register(topic.subject(), schema);
        this.header = ByteBuffer.allocate(HEADER).put(MAGIC).putInt(id).array();
        this.writer = new SpecificDatumWriter<>(schema);
        readers.put(id, new SpecificDatumReader<>(schema, schema));
    }

    public byte[] encode(T value) {
        var out = new Written();
        out.write(header, 0, header.length);
        try {
            var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            writer.write(value, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail to be written", e);
        }
        return out.bytes();
    }

    /** Memory that grows. The library's takes a lock for each of the many small pieces that an encoder writes. */
    private static final class Written extends OutputStream {
        private byte[] bytes = new byte[512];
        private int size;

        @Override
        public void write(int value) {
            room(1);
            bytes[size++] = (byte) value;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            room(length);
            System.arraycopy(from, offset, bytes, size, length);
            size += length;
        }

        byte[] bytes() {
            return Arrays.copyOf(bytes, size);
        }

        private void room(int more) {
            if (bytes.length - size < more) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
            }
        }
    }

    /** Whether these are bytes that the schema of now wrote, as their header says: no other version, no other format. */
    public boolean wrote(byte[] bytes) {
        return bytes.length >= HEADER && Arrays.equals(bytes, 0, HEADER, header, 0, HEADER);
    }

    /** Bytes from a topic. A registry that is away is not the record's fault: that throws, {@linkplain RegistryException#retriable() retriable}. */
    public Decoded<T> decode(byte[] bytes) {
        if (bytes.length < HEADER || bytes[0] != MAGIC) {
            return new Decoded.Rejected<>("undecodable", "no Confluent wire format: it starts otherwise");
        }
        int id = ByteBuffer.wrap(bytes).getInt(1);
        if (id <= 0) {
            return new Decoded.Rejected<>("unknown_schema", "no registry gives the id " + id);
        }
        try {
            var reader = reader(id);
            var decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, null);
            @SuppressWarnings("NullAway") // Avro takes null for "make a new one"
            var value = reader.read(null, decoder);
            return decoder.isEnd()
                    ? new Decoded.Ok<>(value)
                    : new Decoded.Rejected<>("undecodable", "bytes are left after the value");
        } catch (RegistryException e) {
            if (e.retriable()) {
                throw e;
            }
            return new Decoded.Rejected<>("unknown_schema", String.valueOf(e.getMessage()));
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException | UnsupportedOperationException e) {
            return new Decoded.Rejected<>(
                    "undecodable",
                    "not " + schema.getName() + ": " + e.getClass().getSimpleName());
        }
    }

    /** For clients that want a serde. It throws on what {@link #decode} rejects, so Streams needs a handler beside it. */
    public Serde<T> serde() {
        Serializer<T> serializer = (topic, value) -> encode(value);
        Deserializer<T> deserializer = (topic, bytes) -> switch (decode(bytes)) {
            case Decoded.Ok<T>(var value) -> value;
            case Decoded.Rejected<T>(var reason, var detail) ->
                throw new SerializationException(reason + ": " + detail);
        };
        return Serdes.serdeFrom(serializer, deserializer);
    }

    private SpecificDatumReader<T> reader(int id) {
        var known = readers.get(id);
        if (known != null) {
            return known;
        }
        var made = new SpecificDatumReader<T>(registry.byId(id), schema);
        readers.put(id, made);
        return made;
    }
}
