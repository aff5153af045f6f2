package io.probeline.quickstart;

import io.probeline.testkit.GenesysCall;
import io.probeline.testkit.GenesysCall.Quota;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How a token's minutes were used, as the contact centre saw it: a minute begins with the first call after the one before. */
final class QuotaUse {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** One whole minute. */
    record Minute(Instant start, int allowed, int refused) {}

    private final List<Minute> minutes = new ArrayList<>();

    /** @param until minutes that end later are left out */
    QuotaUse(List<GenesysCall> calls, Instant until) {
        var asked = calls.stream()
                .filter(call -> call.quota() != Quota.NOT_ASKED)
                .sorted((a, b) -> a.at().compareTo(b.at()))
                .toList();
        int i = 0;
        while (i < asked.size()) {
            var start = asked.get(i).at();
            int allowed = 0;
            int refused = 0;
            for (; i < asked.size() && asked.get(i).at().isBefore(start.plus(MINUTE)); i++) {
                allowed += asked.get(i).quota() == Quota.ALLOWED ? 1 : 0;
                refused += asked.get(i).quota() == Quota.REFUSED ? 1 : 0;
            }
            if (!start.plus(MINUTE).isAfter(until)) {
                minutes.add(new Minute(start, allowed, refused));
            }
        }
    }

    /** From the second minute on: the first one finds out where the minute stands. */
    List<Minute> minutes() {
        return minutes.subList(Math.min(1, minutes.size()), minutes.size());
    }

    long allowed() {
        return minutes().stream().mapToLong(Minute::allowed).sum();
    }

    long refused() {
        return minutes.stream().mapToLong(Minute::refused).sum();
    }

    double refusedPart() {
        return refused()
                / (double) Math.max(
                        1,
                        minutes.stream()
                                .mapToLong(m -> m.allowed() + m.refused())
                                .sum());
    }
}
