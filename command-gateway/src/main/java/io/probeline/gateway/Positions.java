package io.probeline.gateway;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicPartition;

/** How far the readers of Kafka have come, for whoever must not decide before they have come so far. */
final class Positions {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Map<TopicPartition, Long> next = new HashMap<>();

    /** Everything before these offsets has been folded. */
    void reached(Map<TopicPartition, Long> positions) {
        lock.lock();
        try {
            next.putAll(positions);
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean covers(Map<TopicPartition, Long> ends) {
        lock.lock();
        try {
            return covered(ends);
        } finally {
            lock.unlock();
        }
    }

    /** @return whether they were reached within the time */
    boolean await(Map<TopicPartition, Long> ends, Duration most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = most.toNanos();
            while (!covered(ends) && left > 0) {
                left = moved.awaitNanos(left);
            }
            return covered(ends);
        } finally {
            lock.unlock();
        }
    }

    private boolean covered(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> next.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }
}
