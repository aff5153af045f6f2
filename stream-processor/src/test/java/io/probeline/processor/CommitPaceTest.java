package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

/** What was said is committed at once, or with what else is said within the gap after the commit before; never later. */
class CommitPaceTest {
    private static final Duration GAP = Duration.ofMillis(50);
    private static final long START = 1_790_000_000_000L;

    private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
    private long committedAt;
    private final CommitPace pace = new CommitPace(context, GAP, () -> committedAt);

    @Test
    void aLoneFindingDoesNotWait() {
        said(0);
        assertTrue(context.committed());
        context.resetCommit();
        said(50);
        assertTrue(context.committed());
    }

    @Test
    void whatFollowsWaitsForTheRestOfTheGapTogether() {
        said(0);
        context.resetCommit();
        said(20);
        said(30);
        assertFalse(context.committed());
        assertEquals(30, planned());
        assertEquals(1, context.scheduledPunctuators().size());
        fire(50);
        assertTrue(context.committed());
        assertTrue(context.scheduledPunctuators().getFirst().cancelled());
    }

    @Test
    void aCommitForAnotherTaskCountsToo() {
        committedAt = START + 90;
        said(100);
        assertFalse(context.committed());
        assertEquals(40, planned());
    }

    @Test
    void aClockThatWasSetBackHoldsNothingUp() {
        said(60_000);
        context.resetCommit();
        said(0);
        assertEquals(50, planned());
    }

    @Test
    void aBacklogLeavesItToTheInterval() {
        context.setCurrentSystemTimeMs(START + 5_001);
        pace.said(START);
        assertFalse(context.committed());
        assertTrue(context.scheduledPunctuators().isEmpty());
    }

    private void said(long millis) {
        context.setCurrentSystemTimeMs(START + millis);
        pace.said(START + millis);
    }

    private long planned() {
        return context.scheduledPunctuators().getLast().getInterval().toMillis();
    }

    private void fire(long millis) {
        context.setCurrentSystemTimeMs(START + millis);
        context.scheduledPunctuators().getLast().getPunctuator().punctuate(START + millis);
    }
}
