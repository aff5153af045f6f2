package io.probeline.processor;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.KafkaException;

/**
 * Whether a thread of Kafka Streams that failed is replaced. What Kafka itself refused, as a transaction that a lost broker took with it, is over with a new producer
 * that begins at the last commit; but only so often within a time, and our own faults never: those would only come again.
 */
final class Replacements {
    private final int most;
    private final Duration within;
    private final Deque<Instant> granted = new ArrayDeque<>();

    Replacements(int most, Duration within) {
        this.most = most;
        this.within = within;
    }

    /** Asked by any thread that fails. */
    synchronized boolean grant(Throwable failure, Instant now) {
        if (!ofKafka(failure)) {
            return false;
        }
        while (!granted.isEmpty() && granted.getFirst().plus(within).isBefore(now)) {
            granted.removeFirst();
        }
        if (granted.size() == most) {
            return false;
        }
        granted.addLast(now);
        return true;
    }

    /** Streams wraps what it was told by its clients and what our code threw alike: the first cause tells them apart. */
    private static boolean ofKafka(Throwable failure) {
        var first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first instanceof KafkaException;
    }
}
