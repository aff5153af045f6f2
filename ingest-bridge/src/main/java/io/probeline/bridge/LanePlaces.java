package io.probeline.bridge;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a lane has committed, and what it still wants to. Only the latest wish counts: it says all that the ones before said. */
final class LanePlaces {
    private final CommittedPlace recovered;
    private long numbers;
    private LaneAction.@Nullable Commit wanted;
    private long retryAt = Moment.NEVER;

    LanePlaces(CommittedPlace recovered) {
        this.recovered = recovered;
    }

    /** The attempt that the owner before may have made from this place; 0 for none. */
    int ran(long place) {
        return place == recovered.place() ? recovered.attempt() : 0;
    }

    /** What that owner kept with its intent. */
    Doubt.Evidence evidence(long place) {
        return place == recovered.place() ? recovered.evidence() : Doubt.Evidence.NONE;
    }

    LaneAction.Commit commit(CommittedPlace place, Moment now) {
        wanted = new LaneAction.Commit(place, ++numbers, now.nanos());
        retryAt = Moment.NEVER;
        return wanted;
    }

    void committed(LaneAction.Commit commit) {
        if (commit.equals(wanted)) {
            wanted = null;
        }
    }

    void failed(LaneAction.Commit commit, long again) {
        if (commit.equals(wanted)) {
            retryAt = again;
        }
    }

    /** The wish is void: its command will make a new one. */
    void forget(LaneAction.Commit commit) {
        committed(commit);
    }

    long retryAt() {
        return retryAt;
    }

    Optional<LaneAction.Commit> retry(Moment now) {
        var again = wanted;
        return again != null && now.reached(retryAt) ? Optional.of(commit(again.place(), now)) : Optional.empty();
    }

    boolean settled() {
        return wanted == null;
    }
}
