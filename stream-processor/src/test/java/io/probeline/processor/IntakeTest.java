package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.probeline.record.Telemetry;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.Topics;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** A registry that is away is waited for, and is not the record's fault. */
class IntakeTest {
    /** Away for so many questions; then it knows the schema by any id. */
    private static final class Flaky implements SchemaRegistry {
        private int away;

        Flaky(int away) {
            this.away = away;
        }

        @Override
        public int register(String subject, Schema schema) {
            return 1;
        }

        @Override
        public Schema byId(int id) {
            if (away-- > 0) {
                throw new RegistryException("away", true);
            }
            return Telemetry.getClassSchema();
        }
    }

    private int pauses;

    @Test
    void recordWaitsForTheRegistry() {
        assertInstanceOf(Decoded.Ok.class, intake(3).take(foreign()));
        assertEquals(3, pauses);
    }

    @Test
    void waitsNotForEver() {
        assertThrows(
                SchemaRegistry.RegistryException.class,
                () -> intake(Integer.MAX_VALUE).take(foreign()));
        assertEquals(29, pauses);
    }

    @Test
    void tombstoneIsRejected() {
        assertEquals(
                new Decoded.Rejected<Telemetry>("no_value", "a tombstone means nothing in this topic"),
                intake(0).take(null));
    }

    private Intake<Telemetry> intake(int away) {
        var format = new AvroFormat<>(Topics.TELEMETRY, new Flaky(away));
        return new Intake<>(format, Checks::telemetry, time -> pauses++);
    }

    /** Written with an id that has to be asked for. */
    private static byte[] foreign() {
        var bytes = new AvroFormat<>(Topics.TELEMETRY, new Flaky(0))
                .encode(Frames.of("a").tick(0));
        bytes[4] = 77;
        return bytes;
    }
}
