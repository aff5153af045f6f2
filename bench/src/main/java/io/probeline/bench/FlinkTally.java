package io.probeline.bench;

import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How Flink copies a window and writes it into a checkpoint: as the DSL's store does, not by its generic way, which is far slower. */
final class FlinkTally extends TypeSerializerSingleton<WindowTally> {
    private static final long serialVersionUID = 1L;

    /** Names the serializer to Flink. */
    static final class Type extends TypeInformation<WindowTally> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean isBasicType() {
            return false;
        }

        @Override
        public boolean isTupleType() {
            return false;
        }

        @Override
        public int getArity() {
            return 1;
        }

        @Override
        public int getTotalFields() {
            return 1;
        }

        @Override
        public Class<WindowTally> getTypeClass() {
            return WindowTally.class;
        }

        @Override
        public boolean isKeyType() {
            return false;
        }

        @Override
        public TypeSerializer<WindowTally> createSerializer(SerializerConfig config) {
            return new FlinkTally();
        }

        @Override
        public String toString() {
            return "WindowTally";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Type;
        }

        @Override
        public int hashCode() {
            return Type.class.hashCode();
        }

        @Override
        public boolean canEqual(Object other) {
            return other instanceof Type;
        }
    }

    /** Which serializer wrote a checkpoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<WindowTally> {
        public Snapshot() {
            super(FlinkTally::new);
        }
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public WindowTally createInstance() {
        return new WindowTally();
    }

    @Override
    public WindowTally copy(WindowTally from) {
        return TallyCodec.decode(TallyCodec.encode(from));
    }

    @Override
    public WindowTally copy(WindowTally from, WindowTally reuse) {
        return copy(from);
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(WindowTally tally, DataOutputView out) throws IOException {
        var bytes = TallyCodec.encode(tally);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    @Override
    public WindowTally deserialize(DataInputView in) throws IOException {
        var bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return TallyCodec.decode(bytes);
    }

    @Override
    public WindowTally deserialize(WindowTally reuse, DataInputView in) throws IOException {
        return deserialize(in);
    }

    @Override
    public void copy(DataInputView in, DataOutputView out) throws IOException {
        serialize(deserialize(in), out);
    }

    @Override
    public TypeSerializerSnapshot<WindowTally> snapshotConfiguration() {
        return new Snapshot();
    }
}
