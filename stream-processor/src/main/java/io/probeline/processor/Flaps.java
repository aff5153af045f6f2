package io.probeline.processor;

import io.probeline.record.Level;
import io.probeline.schemas.MetricRule.FlapBudget;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How often the level of a metric may come and go. A worse level is told at once, always. A better one too, until the budget is spent: then
 * it is told only when the level has been better for as long as the budget asks, so that what flickers is one alert that stands.
 */
final class Flaps {
    /** Made with the first, which most metrics never see. */
    private @Nullable Deque<Long> rises;

    private long betterSince;

    Flaps() {}

    Flaps(Collection<Long> rises, long betterSince) {
        if (!rises.isEmpty()) {
            this.rises = new ArrayDeque<>(rises);
        }
        this.betterSince = betterSince;
    }

    /** @return the level to tell, where {@code told} is what others believe and {@code now} is what it is */
    Level admit(Optional<FlapBudget> budget, Level told, Level now, long windowStart) {
        trim(budget, windowStart);
        if (now.compareTo(told) >= 0) {
            betterSince = 0;
            if (now != told && budget.isPresent()) {
                rose(windowStart);
                trim(budget, windowStart);
            }
            return now;
        }
        if (!spent(budget)) {
            betterSince = 0;
            return now;
        }
        betterSince = betterSince == 0 ? windowStart : betterSince;
        if (windowStart - betterSince < budget.orElseThrow().quiet().toMillis()) {
            return told;
        }
        betterSince = 0;
        return now;
    }

    /** Whether a better level has to wait now. */
    boolean spent(Optional<FlapBudget> budget) {
        return budget.isPresent() && rises().size() >= budget.get().raises();
    }

    /** Starts of the windows with which the level went up, as many as the budget counts. */
    Collection<Long> rises() {
        return rises == null ? List.of() : Collections.unmodifiableCollection(rises);
    }

    /** Start of the first window that was better than what is told, 0 while none is. */
    long betterSince() {
        return betterSince;
    }

    private void rose(long windowStart) {
        if (rises == null) {
            rises = new ArrayDeque<>(4);
        }
        rises.addLast(windowStart);
    }

    private void trim(Optional<FlapBudget> budget, long windowStart) {
        if (rises == null) {
            return;
        }
        int most = budget.map(FlapBudget::raises).orElse(0);
        long oldest = windowStart - budget.map(of -> of.within().toMillis()).orElse(0L);
        while (!rises.isEmpty() && (rises.size() > most || rises.getFirst() <= oldest)) {
            rises.removeFirst();
        }
    }
}
