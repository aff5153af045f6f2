package io.probeline.bench;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** One way to compute the windows, as a process of its own with one thread that works. */
interface Contender {
    String name();

    Guarantee guarantee();

    /** Where its windows are, if it writes them. */
    Optional<String> output();

    Part start(Site site, Broker broker);

    /** Returns when the next thing that it does is its first record: what its JVM and its engine need to start is over. */
    void awaitStarted(Part part, Duration limit);

    /** Returns when it has worked on all records before these offsets, and has committed that where it commits. */
    void awaitDone(Part part, Broker broker, Map<TopicPartition, Long> ends, Duration limit);
}
