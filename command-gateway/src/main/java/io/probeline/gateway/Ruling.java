package io.probeline.gateway;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a proposal comes to, once it is its turn: decided on the journal's thread, one after the other, by what is known then. */
sealed interface Ruling {
    /**
     * Written, all of it or nothing.
     *
     * @param committed runs once it is durable, before the answer goes out
     */
    record Write(List<Draft> drafts, Answer answer, Runnable committed) implements Ruling {}

    /** Nothing is to be written. */
    record Nothing(Answer answer) implements Ruling {}

    /** It depends on another of this transaction, so it must wait until that has succeeded or failed. */
    record Later() implements Ruling {}

    /** A record that is to be written. */
    @SuppressWarnings("ArrayRecordComponent") // sent once, compared never
    record Draft(String topic, String key, byte[] value) {}

    /** Something that may be written. It neither waits nor throws. */
    interface Proposal {
        Ruling rule(Batch batch);
    }

    /** The proposals that share a transaction: what one of them decides is not on the board yet, so the next must learn it here. */
    final class Batch {
        private final Set<String> claims = new HashSet<>();
        private final Map<String, Integer> counts = new HashMap<>();

        /** False when another of this batch has claimed the same. */
        boolean claim(String what) {
            return claims.add(what);
        }

        /** How many of this batch have asked this before. */
        int before(String what) {
            return counts.merge(what, 1, Integer::sum) - 1;
        }
    }
}
