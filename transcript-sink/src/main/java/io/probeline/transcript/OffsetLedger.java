package io.probeline.transcript;

import io.probeline.record.TranscriptLine;
import io.probeline.transcript.CommitNote.Sent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One partition of the transcript: what has been read, what of it is settled, what is on its way, and so how far may be committed: never past a line
 * that has no durable receipt. Not for more than one thread.
 */
final class OffsetLedger {
    private static final long OPEN = -1;
    private static final long WITHOUT_RECEIPT = -2;

    /** Where a partition stood when we got it: what was committed and noted, and which receipts there were. */
    record Inherited(long next, long end, Map<String, Long> receipts, long receiptsEnd, List<Sent> sent) {}

    /** Lines read and not committed, with where their receipt stands, or one of the two signs above. */
    private final TreeMap<Long, Long> lines = new TreeMap<>();

    /** The receipts of settled lines that are not committed, so that the oldest is at hand. */
    private final TreeSet<Long> needed = new TreeSet<>();

    private final Map<Long, Sent> onTheirWay = new TreeMap<>();
    private final Map<String, Long> inherited;
    private final long inheritedFrom;
    private final Inherited before;
    private long next;
    private long open;
    private long receiptsEnd;

    OffsetLedger(Inherited before) {
        this.before = before;
        this.next = before.next();
        this.receiptsEnd = before.receiptsEnd();
        this.inherited = new HashMap<>(before.receipts());
        this.inheritedFrom = inherited.values().stream().mapToLong(r -> r).min().orElse(receiptsEnd);
    }

    /** A line was read. @return whether its receipt is there already */
    boolean arrived(long offset, String lineId) {
        var receipt = inherited.remove(lineId);
        read(offset, receipt == null ? OPEN : receipt);
        return receipt != null;
    }

    /** A record was read that is no line. */
    void arrived(long offset) {
        read(offset, OPEN);
    }

    /** Whether whoever was here before us may have said it. */
    boolean doubted(TranscriptLine line, long offset) {
        return offset < before.end() && before.sent().stream().anyMatch(sent -> sent.says(line, offset));
    }

    void sending(long request, Sent sent) {
        onTheirWay.put(request, sent);
    }

    void answered(long request) {
        onTheirWay.remove(request);
    }

    /** @param receipt where its receipt stands */
    void settled(long offset, long receipt) {
        close(offset, receipt);
        receiptsEnd = Math.max(receiptsEnd, receipt + 1);
    }

    /** What was no line is done with. */
    void settled(long offset) {
        close(offset, WITHOUT_RECEIPT);
    }

    /** Records that are not settled. */
    long open() {
        return open;
    }

    /** How far may be committed; what is below is forgotten here. */
    long committable() {
        while (!lines.isEmpty() && lines.firstEntry().getValue() != OPEN) {
            needed.remove(lines.pollFirstEntry().getValue());
        }
        return lines.isEmpty() ? next : lines.firstKey();
    }

    /** What is to stand beside the commit. */
    CommitNote note() {
        long from = needed.isEmpty() ? receiptsEnd : needed.first();
        // Until we have read as far as those before us, one of their receipts may be needed still.
        return new CommitNote(
                inherited.isEmpty() ? from : Math.min(from, inheritedFrom), List.copyOf(onTheirWay.values()));
    }

    private void read(long offset, long state) {
        next = offset + 1;
        lines.put(offset, state);
        if (state == OPEN) {
            open++;
        } else {
            needed.add(state);
        }
        if (next >= before.end()) {
            inherited.clear();
        }
    }

    private void close(long offset, long state) {
        if (lines.replace(offset, OPEN, state)) {
            open--;
            if (state != WITHOUT_RECEIPT) {
                needed.add(state);
            }
        }
    }
}
