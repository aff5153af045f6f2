package io.probeline.testkit;

import io.probeline.testkit.GenesysCall.Quota;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every call, in the order of the answers; a test may read it at any time. */
final class GenesysCalls {
    // Guarded by this. It grows with the calls, because a judge of rates needs each.
    private final List<GenesysCall> calls = new ArrayList<>();

    synchronized void add(GenesysCall call) {
        calls.add(call);
    }

    synchronized List<GenesysCall> all() {
        return List.copyOf(calls);
    }

    GenesysServer.Counts counts() {
        var all = all();
        var byStatus = all.stream()
                .map(GenesysCall::status)
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
        return new GenesysServer.Counts(count(all, Quota.ALLOWED), count(all, Quota.REFUSED), Map.copyOf(byStatus));
    }

    private static long count(List<GenesysCall> all, Quota quota) {
        return all.stream().filter(call -> call.quota() == quota).count();
    }
}
