package io.probeline.gateway;

import io.probeline.gateway.Ruling.Batch;
import io.probeline.gateway.Ruling.Draft;
import io.probeline.gateway.Ruling.Proposal;
import io.probeline.runtime.Backoff;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * decisions ──▶ session-requests, commands, audit: group commit by one thread. It takes all proposals that wait, decides them one after
 * the other, and writes what they come to in one Kafka transaction; each is answered after the commit. While one transaction commits,
 * the next fills, so the cost is per batch.
 */
final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** How many may wait; more are told at once that nothing was recorded. */
    private static final int WAITING = 2_048;

    private static final int BATCH = 256;
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

    private final Supplier<List<Producer<byte[], byte[]>>> producers;
    private final GatewayMetrics metrics;
    private final World world;
    private final BlockingQueue<Entry> waiting = new LinkedBlockingQueue<>(WAITING);
    private final List<Entry> later = new ArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Transactions current;
    private volatile Optional<String> trouble = Optional.of("no transaction has been opened yet");

    /** @param producers makes transactional producers, each time with the same transactional ids, so that the new ones fence the old */
    Journal(Supplier<List<Producer<byte[], byte[]>>> producers, GatewayMetrics metrics, World world) {
        this.producers = producers;
        this.metrics = metrics;
        this.world = world;
        metrics.gauge("probeline.journal.waiting", waiting, BlockingQueue::size);
    }

    Journal start(Running.Owned owned) {
        world.threads().start("journal", () -> {
            try {
                run();
            } catch (RuntimeException | Error e) {
                owned.fail(e);
            } finally {
                refuseAll();
                closed.countDown();
            }
        });
        return this;
    }

    /** What keeps it from writing, if anything does. */
    Optional<String> trouble() {
        return trouble;
    }

    /**
     * Makes the producer know this topic, so that no transaction has to wait for it. A producer that is being replaced is no trouble of
     * the topic: who waits for the journal waits for the next one.
     *
     * @return false when Kafka does not say where it is
     */
    boolean knows(String topic) {
        var transactions = current;
        try {
            return transactions == null || transactions.knows(topic);
        } catch (TimeoutException e) {
            LOG.debug("{} can't be written to for now", topic, e);
            return false;
        } catch (KafkaException e) {
            LOG.debug("the producer is being replaced", e);
            return true;
        }
    }

    /** Waits for the outcome, until the deadline or, once it is being written, until that has succeeded or failed. */
    Entry.Outcome submit(Proposal proposal, Deadline deadline) throws InterruptedException {
        var entry = new Entry(proposal);
        return closing.getCount() > 0 && waiting.offer(entry) ? entry.await(deadline) : new Entry.NotRecorded();
    }

    /** Writes it some time soon, and tells nobody. @return false when there is no room for it */
    boolean offer(Proposal proposal) {
        return waiting.offer(new Entry(proposal));
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            if (!closed.await(3, TimeUnit.SECONDS)) {
                LOG.warn("the journal did not end within 3 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean open() {
        return closing.getCount() > 0;
    }

    private void run() {
        for (int failures = 0; open(); ) {
            try (var transactions = new Transactions(producers.get())) {
                transactions.open(this::open);
                current = transactions;
                trouble = Optional.empty();
                failures = 0;
                while (open()) {
                    batch(transactions);
                }
            } catch (AuthenticationException | AuthorizationException | UnsupportedVersionException e) {
                throw e;
            } catch (KafkaException e) {
                trouble = Optional.of("Kafka takes no transaction: " + e.getMessage());
                LOG.warn("Kafka takes no transaction for now: {}", e.toString());
                pause(++failures);
            }
        }
    }

    private void batch(Transactions transactions) {
        var entries = take();
        var batch = new Batch();
        var drafts = new ArrayList<Draft>();
        var writing = new ArrayList<Entry>();
        for (var entry : entries) {
            if (!entry.claim()) {
                continue;
            }
            switch (entry.rule(batch)) {
                case Ruling.Write write -> {
                    drafts.addAll(write.drafts());
                    writing.add(entry.writes(write));
                }
                case Ruling.Nothing nothing -> entry.complete(new Entry.Recorded(nothing.answer()));
                case Ruling.Later() -> later.add(entry.unclaimed());
            }
        }
        if (!writing.isEmpty()) {
            write(transactions, drafts, writing);
        }
    }

    private void write(Transactions transactions, List<Draft> drafts, List<Entry> writing) {
        long start = world.nanos();
        try {
            transactions.write(drafts);
        } catch (KafkaException e) {
            settle("aborted", writing, new Entry.NotRecorded());
            throw e;
        }
        try {
            transactions.commit();
        } catch (KafkaException e) {
            settle("uncertain", writing, new Entry.Uncertain());
            throw e;
        }
        metrics.transactionTook(Duration.ofNanos(world.nanos() - start));
        metrics.transaction("committed", writing.size());
        writing.forEach(Entry::committed);
    }

    private void settle(String outcome, List<Entry> writing, Entry.Outcome each) {
        metrics.transaction(outcome, writing.size());
        writing.forEach(entry -> entry.complete(each));
    }

    private List<Entry> take() {
        var taken = new ArrayList<>(later);
        later.clear();
        try {
            var first = taken.isEmpty() ? waiting.poll(POLL.toMillis(), TimeUnit.MILLISECONDS) : null;
            if (first != null) {
                taken.add(first);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
        waiting.drainTo(taken, BATCH - taken.size());
        return taken;
    }

    private void refuseAll() {
        later.addAll(waiting);
        later.forEach(entry -> entry.complete(new Entry.NotRecorded()));
    }

    private void pause(int failures) {
        try {
            var _ = closing.await(BACKOFF.pause(failures, world.random().get()).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
