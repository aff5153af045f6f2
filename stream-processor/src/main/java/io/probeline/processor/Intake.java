package io.probeline.processor;

import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.SchemaRegistry.RegistryException;
import java.time.Duration;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bytes of one topic as checked records. What can't be one is rejected with its reason; it never stops the topology. */
final class Intake<T extends SpecificRecord> {
    /** How long a registry may be away before the service gives up: a try takes 6 s at most, and Kafka takes the partitions after 300. */
    private static final int MOST_TRIES = 30;

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    /** Waits, on the stream thread: nothing of this partition may overtake a record that can't be read yet. */
    interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    private final AvroFormat<T> format;
    private final Function<T, Decoded<T>> check;
    private final Pause pause;

    Intake(AvroFormat<T> format, Function<T, Decoded<T>> check, Pause pause) {
        this.format = format;
        this.check = check;
        this.pause = pause;
    }

    Decoded<T> take(byte @Nullable [] bytes) {
        if (bytes == null) {
            return new Decoded.Rejected<>("no_value", "a tombstone means nothing in this topic");
        }
        return switch (decode(bytes)) {
            case Decoded.Ok<T>(var record) -> check.apply(record);
            case Decoded.Rejected<T> rejected -> rejected;
        };
    }

    private Decoded<T> decode(byte[] bytes) {
        for (int tries = 1; ; tries++) {
            try {
                return format.decode(bytes);
            } catch (RegistryException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
                LOG.warn("a record waits for the schema registry: {}", e.getMessage());
                await(e);
            }
        }
    }

    private void await(RegistryException cause) {
        try {
            pause.sleep(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cause;
        }
    }
}
