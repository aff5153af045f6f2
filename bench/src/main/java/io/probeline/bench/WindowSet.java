package io.probeline.bench;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The windows that someone found, each as a fingerprint of all its numbers; in whatever order they came, equal windows are equal sets. */
final class WindowSet {
    private static final int NAMED = 3;

    /** Which window of whom. */
    record Key(String interactionId, Instant start, Instant end) {}

    private final Instant until;
    private final Map<Key, Long> fingerprints = new HashMap<>();
    private final List<Key> twice = new ArrayList<>();

    /** @param until a window that ends later counts for nothing: not everyone has closed it */
    WindowSet(Instant until) {
        this.until = until;
    }

    void add(Aggregate window) {
        if (window.getKind() == AggregateKind.WINDOW) {
            add(
                    new Key(window.getInteractionId(), window.getWindowStart(), window.getWindowEnd()),
                    Fingerprint.of(window));
        }
    }

    void add(Key key, long fingerprint) {
        if (!key.end().isAfter(until) && fingerprints.put(key, fingerprint) != null) {
            twice.add(key);
        }
    }

    int size() {
        return fingerprints.size();
    }

    /** One number for all of them. */
    long digest() {
        return fingerprints.values().stream().mapToLong(one -> one).sum();
    }

    /** In what it is not what it should be: windows that are missing, more, other or there twice; nothing where it is right. */
    List<String> differences(WindowSet expected) {
        var missing = keys(expected).filter(key -> !fingerprints.containsKey(key));
        var more = keys(this).filter(key -> !expected.fingerprints.containsKey(key));
        var other = keys(this)
                .filter(expected.fingerprints::containsKey)
                .filter(key -> !Objects.equals(fingerprints.get(key), expected.fingerprints.get(key)));
        return Stream.of(
                        found("missing", missing.toList()),
                        found("more", more.toList()),
                        found("other", other.toList()),
                        found("twice", twice))
                .flatMap(List::stream)
                .toList();
    }

    private static Stream<Key> keys(WindowSet set) {
        return set.fingerprints.keySet().stream();
    }

    private static List<String> found(String how, List<Key> keys) {
        return keys.isEmpty()
                ? List.of()
                : List.of(keys.size() + " " + how + ", such as "
                        + keys.stream().limit(NAMED).toList());
    }
}
