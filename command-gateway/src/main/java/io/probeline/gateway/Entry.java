package io.probeline.gateway;

import io.probeline.gateway.Ruling.Batch;
import io.probeline.gateway.Ruling.Proposal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One proposal on its way through the journal. Either the journal claims it or its request withdraws it, never both, so "nothing was
 * recorded" is true when it is said.
 */
final class Entry {
    /** Longer than the journal's own bounds: a claimed entry is always settled by the journal first. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private final Proposal proposal;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    /** Confined to the journal's thread. */
    private Ruling.@Nullable Write write;

    private enum Stage {
        WAITING,
        CLAIMED,
        WITHDRAWN
    }

    /** How it ended. */
    sealed interface Outcome {}

    /** Durable, or nothing had to be written. */
    record Recorded(Answer answer) implements Outcome {}

    /** Nothing was written, and nothing will be. */
    record NotRecorded() implements Outcome {}

    /** Kafka went away between the commit and its answer. */
    record Uncertain() implements Outcome {}

    Entry(Proposal proposal) {
        this.proposal = proposal;
    }

    boolean claim() {
        return stage.compareAndSet(Stage.WAITING, Stage.CLAIMED);
    }

    Entry unclaimed() {
        stage.set(Stage.WAITING);
        return this;
    }

    /** A proposal that throws is a bug in one request: it ends that request alone. */
    Ruling rule(Batch batch) {
        try {
            return proposal.rule(batch);
        } catch (RuntimeException e) {
            outcome.completeExceptionally(e);
            return new Ruling.Nothing(Answer.refused(Problem.internal()));
        }
    }

    Entry writes(Ruling.Write ruling) {
        write = ruling;
        return this;
    }

    void committed() {
        var done = java.util.Objects.requireNonNull(write, "only what was written is committed");
        done.committed().run();
        complete(new Recorded(done.answer()));
    }

    void complete(Outcome how) {
        outcome.complete(how);
    }

    Outcome await(Deadline deadline) throws InterruptedException {
        try {
            return await(deadline.left());
        } catch (TimeoutException e) {
            return stage.compareAndSet(Stage.WAITING, Stage.WITHDRAWN) ? new NotRecorded() : settled();
        }
    }

    private Outcome settled() throws InterruptedException {
        try {
            return await(SETTLED);
        } catch (TimeoutException e) {
            return new Uncertain();
        }
    }

    private Outcome await(Duration most) throws InterruptedException, TimeoutException {
        try {
            return outcome.get(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a proposal failed", e.getCause());
        }
    }
}
