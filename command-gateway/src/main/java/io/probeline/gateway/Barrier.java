package io.probeline.gateway;

import io.probeline.gateway.TopicEnds.Ends;
import io.probeline.gateway.TopicEnds.Unanswered;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a decision see whatever any gateway instance has committed before it: asks Kafka where the deciding topics end, and waits until
 * this instance has read so far. Requests that come while Kafka is being asked share the next question, so it costs per batch.
 *
 * <p>A commit is acknowledged before it is visible, so it is not enough to read what is visible now: everything that has been written
 * must have become visible, or have been aborted. A transaction that a dead instance left open is waited for only a moment, since the
 * broker takes seconds to abort it; then what is visible has to do, as it does for everybody else who reads.
 */
final class Barrier {
    private static final Logger LOG = LoggerFactory.getLogger(Barrier.class);
    private static final Duration MOST = Duration.ofSeconds(1);
    private static final Duration OPEN_TRANSACTIONS = Duration.ofMillis(300);

    private final TopicEnds ends;
    private final Collection<TopicPartition> partitions;
    private final Positions positions;
    private final AtomicInteger asked = new AtomicInteger();

    /** The question that has not been asked yet; who comes now joins it. Guarded by this. */
    private @Nullable CompletableFuture<Ends> next;

    /** Guarded by this. */
    private boolean asking;

    Barrier(TopicEnds ends, Collection<TopicPartition> partitions, Positions positions) {
        this.ends = ends;
        this.partitions = partitions;
        this.positions = positions;
    }

    /** @return whether the views are as new as this call, within the deadline */
    boolean pass(Deadline deadline) {
        var own = deadline.within(MOST);
        try {
            var ends = join().get(own.left().toMillis(), TimeUnit.MILLISECONDS);
            return positions.await(ends.written(), own.atMost(OPEN_TRANSACTIONS))
                    || positions.await(ends.visible(), own.left());
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("Kafka does not say where its topics end", e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** How often Kafka was asked. */
    int asked() {
        return asked.get();
    }

    private synchronized CompletableFuture<Ends> join() {
        var joined = next;
        if (joined == null) {
            joined = new CompletableFuture<>();
            next = joined;
        }
        if (!asking) {
            asking = true;
            var _ = Thread.ofVirtual().name("barrier").start(this::ask);
        }
        return joined;
    }

    /** Asks as long as somebody has come meanwhile. A question under way is no use to who came after it was asked. */
    private void ask() {
        for (var question = take(); question != null; question = take()) {
            asked.incrementAndGet();
            try {
                question.complete(ends.now(partitions, MOST));
            } catch (Unanswered | RuntimeException e) {
                question.completeExceptionally(e);
            }
        }
    }

    private synchronized @Nullable CompletableFuture<Ends> take() {
        var taken = next;
        next = null;
        asking = taken != null;
        return taken;
    }
}
