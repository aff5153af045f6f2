package io.probeline.gateway;

import io.probeline.gateway.Ruling.Draft;
import io.probeline.runtime.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Kafka transactions with an end to every wait. After any exception the producer is of no more use: who owns this makes a new one with
 * the same transactional id, which ends for good whatever this one has left open.
 */
final class Transactions implements AutoCloseable {
    private static final Duration ACKNOWLEDGED = Duration.ofSeconds(1);

    /** A commit whose answer is lost may be asked for again: the coordinator gives the same answer. */
    private static final int COMMIT_TRIES = 2;

    private final Producer<byte[], byte[]> producer;
    private final World world;

    Transactions(Producer<byte[], byte[]> producer, World world) {
        this.producer = producer;
        this.world = world;
    }

    void open() {
        producer.initTransactions();
    }

    /** Writes all of it; until {@link #commit} is called, none of it counts, so an exception here means that nothing was recorded. */
    void write(List<Draft> drafts) {
        long end = world.nanos() + ACKNOWLEDGED.toNanos();
        producer.beginTransaction();
        var sent = new ArrayList<Future<?>>(drafts.size());
        for (var draft : drafts) {
            sent.add(producer.send(
                    new ProducerRecord<>(draft.topic(), draft.key().getBytes(StandardCharsets.UTF_8), draft.value())));
        }
        for (var each : sent) {
            await(each, end - world.nanos());
        }
    }

    /** After an exception here nobody knows, until the next producer's {@link #open} has returned. */
    void commit() {
        for (int tries = 1; ; tries++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (tries >= COMMIT_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Does not wait for what is under way: the next producer's {@link #open} aborts it. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }

    private static void await(Future<?> acknowledgement, long nanos) {
        try {
            acknowledgement.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("no acknowledgement within " + ACKNOWLEDGED.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }
}
