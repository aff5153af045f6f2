package io.probeline.processor;

import io.probeline.processor.WriteBehindStore.Slot;
import org.jspecify.annotations.Nullable;

/** A session as the intake knows it again: whose it is, and where its state stands, so that one look-up by a record's bytes finds both. Owned by one thread. */
final class KnownSession {
    private final Subject subject;
    private @Nullable Slot<Interaction> slot;

    KnownSession(Subject subject) {
        this.subject = subject;
    }

    Subject subject() {
        return subject;
    }

    /** @param store always the same */
    Slot<Interaction> slot(WriteBehindStore<Interaction> store) {
        var known = slot;
        if (known != null && known.live()) {
            return known;
        }
        var found = store.slot(subject.sessionId());
        slot = found;
        return found;
    }
}
