package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Repeats are dropped, gaps are counted. */
class SequenceCheckTest {
    private static void expect(SequenceCheck check, long seq, long gap) {
        assertEquals(gap, check.check(seq), "seq " + seq);
    }

    @Test
    void risingByOneIsWhole() {
        var check = new SequenceCheck();
        for (long seq = 4711; seq < 5000; seq++) {
            expect(check, seq, 0);
        }
    }

    @Test
    void gapsAreCounted() {
        var check = new SequenceCheck();
        expect(check, 1, 0);
        expect(check, 5, 3);
        expect(check, 6, 0);
        expect(check, 1_006, 999);
    }

    @Test
    void repeatsAreDroppedAlsoWhenSeveralCome() {
        var check = new SequenceCheck();
        expect(check, 5, 0);
        expect(check, 6, 0);
        expect(check, 5, SequenceCheck.REPEAT);
        expect(check, 6, SequenceCheck.REPEAT);
        expect(check, 6, SequenceCheck.REPEAT);
        expect(check, 7, 0);
    }

    @Test
    void whatWasOvertakenIsNoRepeat() {
        var check = new SequenceCheck();
        expect(check, 1, 0);
        expect(check, 3, 1);
        expect(check, 2, 0);
        expect(check, 2, SequenceCheck.REPEAT);
    }

    @Test
    void aNewCountIsBelievedOnceItGoesOnForAWhile() {
        var check = new SequenceCheck();
        expect(check, 5_000, 0);
        for (int seq = 0; seq < SequenceCheck.RUN - 1; seq++) {
            expect(check, seq, SequenceCheck.REPEAT);
        }
        expect(check, SequenceCheck.RUN - 1, 0);
        expect(check, SequenceCheck.RUN, 0);
        expect(check, SequenceCheck.RUN + 2, 1);
    }

    @Test
    void aBatchThatIsSentAgainIsNoNewCount() {
        var check = new SequenceCheck();
        expect(check, 200, 0);
        for (int seq = 1; seq <= 30; seq++) {
            expect(check, seq, SequenceCheck.REPEAT);
        }
        expect(check, 201, 0);
        for (int seq = 31; seq <= 60; seq++) {
            expect(check, seq, SequenceCheck.REPEAT);
        }
        expect(check, 202, 0);
    }

    @Test
    void repeatsAmongNewFramesAreNoNewCount() {
        var check = new SequenceCheck();
        expect(check, 100, 0);
        for (int i = 1; i <= 100; i++) {
            expect(check, i, SequenceCheck.REPEAT);
            expect(check, 100 + i, 0);
        }
    }

    @Test
    void aLeapIsNoGap() {
        var check = new SequenceCheck();
        expect(check, 1, 0);
        expect(check, Long.MAX_VALUE, 0);
        expect(check, Long.MIN_VALUE, SequenceCheck.REPEAT);
    }

    @Test
    void agreesWithASetOverAnyShuffle() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var check = new SequenceCheck();
        var seen = new HashSet<Long>();
        long highest = -1;
        for (int i = 0; i < 100_000; i++) {
            long seq = Math.max(0, highest + 1 - random.nextInt(40) + random.nextInt(45));
            long gap = check.check(seq);
            boolean repeat = !seen.add(seq) && i > 0;
            if (i > 0 && highest - seq < 64) {
                assertEquals(repeat, gap == SequenceCheck.REPEAT, "seed " + seed + ", seq " + seq + " at " + i);
            }
            if (seq > highest) {
                assertEquals(i == 0 ? 0 : seq - highest - 1, gap, "seed " + seed);
                highest = seq;
            }
        }
    }
}
