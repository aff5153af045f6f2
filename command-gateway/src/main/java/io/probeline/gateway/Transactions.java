package io.probeline.gateway;

import io.probeline.gateway.Ruling.Draft;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Kafka transactions, one after the other, with an end to every wait. The producers take turns: after a commit has been acknowledged its
 * markers are still being written, and until they are, the same producer would have to wait with its next transaction.
 *
 * <p>After any exception the producers are of no more use: who owns this makes new ones with the same transactional ids, which ends for
 * good whatever these have left open.
 */
final class Transactions implements AutoCloseable {
    /** A commit whose answer is lost may be asked for again: the coordinator gives the same answer. */
    private static final int COMMIT_TRIES = 2;

    private static final int OPEN_TRIES = 5;

    private final List<Producer<byte[], byte[]>> producers;
    private int turn;

    Transactions(List<Producer<byte[], byte[]>> producers) {
        this.producers = producers;
    }

    /** A coordinator that is slow, as on a cluster's first day, is asked again by the same producer. */
    void open(BooleanSupplier wanted) {
        producers.forEach(producer -> open(producer, wanted));
    }

    private static void open(Producer<byte[], byte[]> producer, BooleanSupplier wanted) {
        for (int tries = 1; wanted.getAsBoolean(); tries++) {
            try {
                producer.initTransactions();
                return;
            } catch (TimeoutException e) {
                if (tries >= OPEN_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Makes each producer know where this topic is. @return whether it is anywhere */
    boolean knows(String topic) {
        return producers.stream()
                .noneMatch(producer -> producer.partitionsFor(topic).isEmpty());
    }

    /**
     * Writes all of it; until {@link #commit} is called, none of it counts, so an exception here means that nothing was recorded. The
     * records of a partition go in one batch: with several under way, one that is sent again could come behind the next.
     */
    void write(List<Draft> drafts) {
        var producer = producers.get(turn);
        producer.beginTransaction();
        var sent = new ArrayList<Future<?>>(drafts.size());
        for (var draft : drafts) {
            sent.add(producer.send(
                    new ProducerRecord<>(draft.topic(), draft.key().getBytes(StandardCharsets.UTF_8), draft.value())));
        }
        producer.flush();
        sent.forEach(Transactions::acknowledged);
    }

    /** After an exception here nobody knows, until the next producer's {@link #open} has returned. */
    void commit() {
        for (int tries = 1; ; tries++) {
            try {
                producers.get(turn).commitTransaction();
                turn = (turn + 1) % producers.size();
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
        producers.forEach(producer -> producer.close(Duration.ZERO));
    }

    /** Flushed before, so this waits for nothing. */
    private static void acknowledged(Future<?> sent) {
        if (sent.state() == Future.State.FAILED) {
            throw sent.exceptionNow() instanceof KafkaException kafka ? kafka : new KafkaException(sent.exceptionNow());
        }
    }
}
