package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.transcript.CommitNote.Sent;
import io.probeline.transcript.OffsetLedger.Arrival;
import io.probeline.transcript.OffsetLedger.Inherited;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetLedgerTest {
    private final OffsetLedger fresh = new OffsetLedger(new Inherited(10, 10, Map.of(), 100, List.of()));

    @Test
    void nothingIsCommittedPastALineWithoutReceipt() {
        assertEquals(10, fresh.committable());
        for (int n = 0; n < 4; n++) {
            arrive(fresh, "a", n, 10 + n);
        }
        fresh.settled(11, 101);
        fresh.settled(12, 102);
        assertEquals(10, fresh.committable());
        assertEquals(101, fresh.note().receiptsFrom(), "the receipts of what is settled and not committed");
        fresh.settled(10, 103);
        assertEquals(13, fresh.committable());
        assertEquals(104, fresh.note().receiptsFrom());
        assertEquals(1, fresh.open());
        fresh.settled(13, 104);
        assertEquals(14, fresh.committable());
    }

    @Test
    void whatHasItsReceiptIsNotSaidAgain() {
        var ledger = new OffsetLedger(new Inherited(5, 8, Map.of("a-UPDATE-1", 42L, "gone", 40L), 43, List.of()));
        assertEquals(1, arrive(ledger, "a", 0, 5).size());
        assertEquals(40, ledger.note().receiptsFrom());
        assertEquals(0, arrive(ledger, "a", 1, 6).size());
        assertEquals(1, arrive(ledger, "a", 2, 7).size());
        ledger.settled(5, 43);
        assertEquals(7, ledger.committable());
        assertEquals(44, ledger.note().receiptsFrom(), "all that came before us has been read");
    }

    @Test
    void aLineThatComesTwiceIsTheSameLine() {
        assertEquals(1, arrive(fresh, "a", 0, 10).size());
        assertEquals(0, arrive(fresh, "a", 0, 11).size());
        fresh.settled(10, 100);
        assertEquals(12, fresh.committable());
    }

    @Test
    void whatIsNoLineIsPassedOnceItIsADeadLetter() {
        fresh.arrived(10);
        assertEquals(10, fresh.committable());
        fresh.settled(10);
        assertEquals(11, fresh.committable());
    }

    @Test
    void whatWasAskedForIsInDoubtTogetherAndUntilItIsSettled() {
        var sent = Sent.of(Lines.update("a", 2), List.of(new Place("x", 0, 5), new Place("y", 0, 9)));
        var ledger = new OffsetLedger(new Inherited(5, 20, Map.of(), 0, List.of(sent)));
        assertEquals(List.of(), arrive(ledger, "a", 0, 5));
        assertEquals(List.of(), arrive(ledger, "b", 0, 7));
        var released = arrive(ledger, "a", 2, 9);
        released = new ArrayList<>(released);
        released.addAll(arrive(ledger, "a", 3, 10));
        assertEquals(
                List.of(true, false, true, false),
                released.stream().map(Arrival::doubted).toList());
        assertEquals(List.of(sent), ledger.note().sent(), "the next one must know too");
        ledger.settled(9, 1);
        assertEquals(List.of(), ledger.note().sent());
    }

    @Test
    void aRequestThatIsNotMadeLeavesNoDoubtButTheOneThatWasThere() {
        var places = List.of(new Place("a-UPDATE-0", 0, 10));
        var request = Sent.of(Lines.update("a", 0), places);
        arrive(fresh, "a", 0, 10);
        fresh.intends(request);
        assertEquals(List.of(request), fresh.note().sent(), "the intent goes before the effect");
        fresh.withdraws(request);
        assertEquals(List.of(), fresh.note().sent());
        fresh.intends(request);
        fresh.sends(request);
        fresh.intends(request);
        fresh.withdraws(request);
        assertEquals(List.of(request), fresh.note().sent(), "the first one was made");
    }

    @Test
    void aNoteIsReadAsItWasWritten() {
        var note = new CommitNote(
                77,
                List.of(
                        Sent.of(Lines.update("a", 0), List.of(new Place("x", 0, 3))),
                        new Sent("0123456789ab", 4, false)));
        assertEquals(note, CommitNote.parse(note.text()));
        assertEquals(new CommitNote(0, List.of()), CommitNote.parse(CommitNote.NONE.text()));
    }

    @Test
    void aNoteIsNeverLongerThanABrokerTakes() {
        var many = new ArrayList<Sent>();
        for (int n = 0; n < 10_000; n++) {
            many.add(new Sent("0123456789ab", Long.MAX_VALUE / 10 + n, true));
        }
        for (int size : new int[] {100, 10_000}) {
            assertTrue(new CommitNote(Long.MAX_VALUE / 10, many.subList(0, size))
                            .text()
                            .length()
                    < 4_096);
        }
        var line = Lines.lost("anyone", 0);
        var all = CommitNote.parse(new CommitNote(0, many).text()).sent().getFirst();
        assertTrue(all.says(line, 3) && all.says(line, Long.MAX_VALUE / 10 + 9_999));
        assertFalse(all.says(line, Long.MAX_VALUE / 10 + 10_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "metadata", "2;r=5", "1;r=", "1;r=5;s=zz", "1;r=99999999999999999999"})
    void aNoteThatCanNotBeReadIsNone(String text) {
        assertEquals(CommitNote.NONE, CommitNote.parse(text));
    }

    private static List<Arrival> arrive(OffsetLedger ledger, String call, int n, long offset) {
        var line = Lines.update(call, n);
        return ledger.arrived(line, new Place(line.getLineId(), 0, offset));
    }
}
