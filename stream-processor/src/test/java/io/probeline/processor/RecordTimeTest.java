package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Kafka's timestamp of a record, which a client may leave out. */
class RecordTimeTest {
    private static long time(long timestamp, long partitionTime) {
        var record = new ConsumerRecord<Object, Object>(
                "telemetry",
                0,
                7,
                timestamp,
                TimestampType.CREATE_TIME,
                0,
                0,
                "key",
                "value",
                new RecordHeaders(),
                Optional.empty());
        return new RecordTime().extract(record, partitionTime);
    }

    @Test
    void isItsOwnOrElseThatOfThePartitionSoFar() {
        assertEquals(1_000, time(1_000, 2_000));
        assertEquals(2_000, time(ConsumerRecord.NO_TIMESTAMP, 2_000));
        assertEquals(0, time(ConsumerRecord.NO_TIMESTAMP, ConsumerRecord.NO_TIMESTAMP));
    }
}
