package io.probeline.transcript;

import io.probeline.record.TranscriptLine;
import io.probeline.transcript.CommitNote.Sent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One partition of the transcript: what has been read, what of it is settled, what is on its way, and so how far may be committed: never past a line
 * that has no durable receipt. Not for more than one thread.
 */
final class OffsetLedger {
    private static final long OPEN = -1;
    private static final long WITHOUT_RECEIPT = -2;
    private static final int MOST_SEEN = 4_096;

    /** Where a partition stood when we got it: what was committed and noted, and which receipts there were. */
    record Inherited(long next, long end, Map<String, Long> receipts, long receiptsEnd, List<Sent> sent) {}

    /** A line to be said. {@code doubted}: whoever was here before us may have said it. */
    record Arrival(TranscriptLine line, Place place, boolean doubted) {}

    /** Lines read and not committed, with where their receipt stands, or one of the two signs above. */
    private final TreeMap<Long, Long> lines = new TreeMap<>();

    /** The receipts of settled lines that are not committed, so that the oldest is at hand. */
    private final TreeSet<Long> needed = new TreeSet<>();

    /** Lines that wait until the partition has been read as far as our predecessor has asked for. */
    private final List<Arrival> held = new ArrayList<>();

    private final long doubtedUntil;

    /** Lines read lately: a replay writes a line once more under its old id, and it is the same line. */
    private final Set<String> seen = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_SEEN;
        }
    });

    /** By the newest line that a request says: what is under way, or was and may have been done. */
    private final TreeMap<Long, Sent> sent = new TreeMap<>();

    /** The same, of requests that wait for their note to be committed. */
    private final TreeMap<Long, Sent> intended = new TreeMap<>();

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
        // What is in doubt stays so until it is settled, however many of us come and go before that.
        before.sent().forEach(this::sends);
        this.doubtedUntil = before.sent().stream().mapToLong(Sent::offset).max().orElse(-1);
        this.inherited = new HashMap<>(before.receipts());
        this.inheritedFrom = inherited.values().stream().mapToLong(r -> r).min().orElse(receiptsEnd);
    }

    /**
     * A line was read.
     *
     * @return what is to be said now: nothing while the partition has not been read as far as our predecessor has asked for, since one request of his may
     *     have said several lines, and what became of it is to be found out for all of them at once
     */
    List<Arrival> arrived(TranscriptLine line, Place place) {
        var receipt = inherited.remove(line.getLineId());
        boolean again = !seen.add(line.getLineId());
        read(place.offset(), receipt != null ? receipt : again ? WITHOUT_RECEIPT : OPEN);
        if (receipt == null && !again) {
            held.add(new Arrival(line, place, doubted(line, place.offset())));
        }
        return released();
    }

    /** A record was read that is no line. */
    List<Arrival> arrived(long offset) {
        read(offset, OPEN);
        return released();
    }

    private List<Arrival> released() {
        if (next <= doubtedUntil) {
            return List.of();
        }
        var released = List.copyOf(held);
        held.clear();
        return released;
    }

    private boolean doubted(TranscriptLine line, long offset) {
        return offset <= doubtedUntil && before.sent().stream().anyMatch(request -> request.says(line, offset));
    }

    /** A request is to be made as soon as the note that names it is committed. */
    void intends(Sent request) {
        intended.put(request.offset(), request);
    }

    /** It is made. It stays in the note until the line has a durable receipt, whatever is answered. */
    void sends(Sent request) {
        intended.remove(request.offset());
        sent.merge(request.offset(), request, OffsetLedger::wider);
    }

    /** It is not made: who comes after us need not doubt it, though he may still doubt one before it for the same line. */
    void withdraws(Sent request) {
        intended.remove(request.offset());
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
        long reached = lines.isEmpty() ? next : lines.firstKey();
        sent.headMap(reached).clear();
        return reached;
    }

    /** What is to stand beside the commit. */
    CommitNote note() {
        long from = needed.isEmpty() ? receiptsEnd : needed.first();
        // Until we have read as far as those before us, one of their receipts may be needed still.
        var requests = new TreeMap<>(sent);
        intended.forEach((at, request) -> requests.merge(at, request, OffsetLedger::wider));
        return new CommitNote(
                inherited.isEmpty() ? from : Math.min(from, inheritedFrom), List.copyOf(requests.values()));
    }

    /** Of two requests for the same newest line, the one that says all that the other does. */
    private static Sent wider(Sent before, Sent now) {
        return before.anyone() || before.merged() ? before : now;
    }

    private void read(long offset, long state) {
        next = offset + 1;
        lines.put(offset, state);
        if (state == OPEN) {
            open++;
        } else if (state != WITHOUT_RECEIPT) {
            needed.add(state);
        }
        if (next >= before.end()) {
            inherited.clear();
        }
    }

    private void close(long offset, long state) {
        sent.computeIfPresent(offset, (at, request) -> request.anyone() ? request : null);
        if (lines.replace(offset, OPEN, state)) {
            open--;
            if (state != WITHOUT_RECEIPT) {
                needed.add(state);
            }
        }
    }
}
