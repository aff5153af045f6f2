package io.probeline.transcript;

import io.probeline.record.LineKind;
import io.probeline.record.Priority;
import io.probeline.record.TranscriptLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A line that waits to be said, with every line of the topic that it says. */
final class Waiting {
    /** Whether it may have been said already. */
    enum Doubt {
        /** It was not. */
        NONE,
        /** It may have been, and the target can be read: that comes first. */
        READ_BACK,
        /** It may have been, and nobody can tell: it becomes part of a later line, or is said again when there is none for long. */
        HELD
    }

    private TranscriptLine line;
    private final List<Place> places = new ArrayList<>();
    private final Instant since;
    private Doubt doubt;
    private Instant heldUntil = Instant.EPOCH;
    private int attempts;
    private int repeats;
    private int failures;
    private long writtenBefore = -1;

    Waiting(TranscriptLine line, Place place, Doubt doubt, Instant since) {
        this.line = line;
        this.doubt = doubt;
        this.since = since;
        places.add(place);
    }

    TranscriptLine line() {
        return line;
    }

    Priority priority() {
        return line.getPriority();
    }

    /** In the order of the topic; the written line is one of them. */
    List<Place> places() {
        return List.copyOf(places);
    }

    int size() {
        return places.size();
    }

    /** When the oldest of them came. */
    Instant since() {
        return since;
    }

    Doubt doubt() {
        return doubt;
    }

    int attempts() {
        return attempts;
    }

    void tried(Step step) {
        attempts += step == Step.WRITE ? 1 : 0;
    }

    /** Whether it may have been said, and is said again all the same. */
    boolean repeated() {
        return repeats > 0;
    }

    /** How many times it was to be said again though it may have been said. */
    int repeats() {
        return repeats;
    }

    /**
     * It failed.
     *
     * @param written how many lines have come through in all
     * @return how many times it has, with another one having come through since the time before
     */
    int failed(long written) {
        if (writtenBefore >= 0 && written > writtenBefore) {
            failures++;
        }
        writtenBefore = written;
        return failures;
    }

    /** It was not said. */
    void settled() {
        doubt = Doubt.NONE;
    }

    /** It may have been said, and is to be said again. */
    void repeat() {
        doubt = Doubt.NONE;
        repeats++;
    }

    void readBack() {
        doubt = Doubt.READ_BACK;
    }

    void hold(Instant until) {
        doubt = Doubt.HELD;
        heldUntil = until;
    }

    boolean held(Instant now) {
        return doubt == Doubt.HELD && now.isBefore(heldUntil);
    }

    Instant heldUntil() {
        return heldUntil;
    }

    /** Whether one line can say this and the next one. */
    boolean takes(Waiting next) {
        return LineMerge.fits(line, next.line) && (doubt == Doubt.READ_BACK) == (next.doubt == Doubt.READ_BACK);
    }

    /** The end's totals say what an update in doubt said, so it need not be said again. */
    boolean endedBy(Waiting next) {
        return doubt == Doubt.HELD && next.line.getKind() == LineKind.ENDED && LineMerge.sameSession(line, next.line);
    }

    /** This and the next one as one. */
    void take(Waiting next) {
        line = LineMerge.of(line, next.line);
        doubt = next.doubt;
        heldUntil = next.heldUntil;
        attempts += next.attempts;
        places.addAll(next.places);
    }

    /** A result in doubt need not be said again where the next line can tell it too. */
    boolean toldBy(Waiting next) {
        return doubt == Doubt.HELD && LineMerge.tellsToo(next.line, line);
    }

    /** The next one tells this result too. */
    void tellIn(Waiting next) {
        next.line = LineMerge.withResult(next.line, line);
        next.attempts += attempts;
        next.places.addAll(0, places);
    }

    /** The next one stands for this one too. */
    void endIn(Waiting next) {
        next.line = LineMerge.endedAfter(line, next.line);
        next.places.addAll(0, places);
    }
}
