package io.probeline.transcript;

import io.probeline.record.TranscriptLine;

/** Where lines go. Any thread may call; a call makes one request and blocks for its answer. */
sealed interface TranscriptTarget extends Manner permits TranscriptMessages, ParticipantAttributes {
    /** The line in words, as the target takes it. */
    String said(TranscriptLine line);

    Answer write(TranscriptLine line, String said);

    /** Finds out what must be known before the first line of an interaction. */
    Answer lookUp(TranscriptLine line);

    /** Finds out whether this line was written. */
    Answer readBack(TranscriptLine line);
}
