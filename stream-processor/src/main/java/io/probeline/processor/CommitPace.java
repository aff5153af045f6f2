package io.probeline.processor;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks Streams to commit soon after something was said, but not more often than once in a gap. What is said is seen by others only after
 * the commit, so latency wants it at once; each commit writes every interaction that was touched since the last, so cost wants it seldom.
 * Between, {@code commit.interval.ms} bounds how much is done again after a crash.
 */
final class CommitPace {
    /** Older records are a backlog, which {@code commit.interval.ms} is soon enough for. */
    private static final Duration BEHIND = Duration.ofSeconds(5);

    private final ProcessorContext<?, ?> context;
    private final Duration gap;
    private final LongSupplier committedAt;
    private long askedAt;
    private @Nullable Cancellable waiting;

    /** @param committedAt when the task's state was committed last: a commit for another task of the thread commits this one too */
    CommitPace(ProcessorContext<?, ?> context, Duration gap, LongSupplier committedAt) {
        this.context = context;
        this.gap = gap;
        this.committedAt = committedAt;
    }

    /** @param timestamp of the record that had it said: of one from long ago, nobody waits to the millisecond, and there are many */
    void said(long timestamp) {
        long now = context.currentSystemTimeMs();
        if (now - timestamp > BEHIND.toMillis()) {
            return;
        }
        long left = gap.toMillis() - (now - Math.max(askedAt, committedAt.getAsLong()));
        if (left <= 0) {
            ask(now);
        } else if (waiting == null) {
            // No longer than a whole gap, also where the clock was set back.
            var rest = Duration.ofMillis(Math.min(left, gap.toMillis()));
            waiting = context.schedule(rest, PunctuationType.WALL_CLOCK_TIME, this::ask);
        }
    }

    private void ask(long now) {
        if (waiting != null) {
            waiting.cancel();
            waiting = null;
        }
        askedAt = now;
        context.commit();
    }
}
