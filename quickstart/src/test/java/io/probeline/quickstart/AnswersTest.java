package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.quickstart.Answers.State;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final Instant NOW = Stage.START;

    @Test
    void keepsAPromiseWhenItsTimeHasCome() {
        var answers = new Answers();
        assertEquals(new State.Unknown(), answers.state("c", NOW));
        answers.promise("c", NOW.plusSeconds(1), "frame");
        assertEquals(new State.Running(), answers.state("c", NOW));
        assertEquals(new State.Done("frame"), answers.state("c", NOW.plusSeconds(1)));
    }

    @Test
    void theFirstEndingCounts() {
        var answers = new Answers();
        answers.begin("c");
        assertEquals(new State.Running(), answers.state("c", NOW));
        answers.finish("c", NOW, "cancelled");
        answers.finish("c", NOW, "too late");
        assertEquals(new State.Done("cancelled"), answers.state("c", NOW));
        answers.finish("never begun", NOW, "nothing");
        assertEquals(new State.Unknown(), answers.state("never begun", NOW));
    }

    @Test
    void forgetsTheOldest() {
        var answers = new Answers();
        for (int i = 0; i <= 1_000; i++) {
            answers.promise("c" + i, NOW, "frame " + i);
        }
        assertEquals(new State.Unknown(), answers.state("c0", NOW));
        assertEquals(new State.Done("frame 1"), answers.state("c1", NOW));
    }
}
