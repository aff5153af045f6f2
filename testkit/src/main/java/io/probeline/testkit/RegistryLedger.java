package io.probeline.testkit;

import io.probeline.testkit.RegistryEvent.Configured;
import io.probeline.testkit.RegistryEvent.Hidden;
import io.probeline.testkit.RegistryEvent.Registered;
import io.probeline.testkit.RegistryEvent.Removed;
import io.probeline.testkit.RegistryEvent.Unconfigured;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What the registry's events add up to. Not thread-safe: its server lets one request in at a time. */
final class RegistryLedger {
    private final NavigableMap<String, NavigableMap<Integer, Version>> subjects = new TreeMap<>();
    private final NavigableMap<Integer, String> schemas = new TreeMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<String, Compatibility> compatibilities = new HashMap<>();
    private final Map<String, Integer> highestVersions = new HashMap<>();

    /** A schema in a subject. */
    record Version(String subject, int version, int id, String schema, boolean hidden) {}

    void apply(RegistryEvent event) {
        switch (event) {
            case Registered r -> {
                schemas.put(r.id(), r.schema());
                ids.put(r.schema(), r.id());
                highestVersions.merge(r.subject(), r.version(), Math::max);
                subjects.computeIfAbsent(r.subject(), s -> new TreeMap<>())
                        .put(r.version(), new Version(r.subject(), r.version(), r.id(), r.schema(), false));
            }
            case Hidden h ->
                versionsOf(h.subject())
                        .computeIfPresent(h.version(), (n, v) -> new Version(v.subject(), n, v.id(), v.schema(), true));
            case Removed r -> {
                versionsOf(r.subject()).remove(r.version());
                subjects.values().removeIf(NavigableMap::isEmpty);
            }
            case Configured c -> compatibilities.put(c.subject(), c.compatibility());
            case Unconfigured u -> compatibilities.remove(u.subject());
        }
    }

    /** The id that this schema has had from its first registration on, in any subject, or the next free one. */
    int idFor(String schema) {
        return Optional.ofNullable(ids.get(schema)).orElseGet(() -> highestId() + 1);
    }

    int highestId() {
        return schemas.isEmpty() ? 0 : schemas.lastKey();
    }

    Optional<String> schema(int id) {
        return Optional.ofNullable(schemas.get(id));
    }

    /** Versions are never given twice, not even after one was removed. */
    int nextVersion(String subject) {
        return highestVersions.getOrDefault(subject, 0) + 1;
    }

    List<String> subjects(boolean withHidden) {
        return subjects.keySet().stream()
                .filter(subject -> !versions(subject, withHidden).isEmpty())
                .toList();
    }

    /** Oldest first. */
    List<Version> versions(String subject, boolean withHidden) {
        return versionsOf(subject).values().stream()
                .filter(v -> withHidden || !v.hidden())
                .toList();
    }

    List<Version> versionsWith(int id, boolean withHidden) {
        var found = new ArrayList<Version>();
        subjects.keySet()
                .forEach(subject -> versions(subject, withHidden).stream()
                        .filter(v -> v.id() == id)
                        .forEach(found::add));
        return found;
    }

    /** The subject's own compatibility, or with "" the registry's, where one was set. */
    Optional<Compatibility> configured(String subject) {
        return Optional.ofNullable(compatibilities.get(subject));
    }

    Compatibility compatibility(String subject) {
        return configured(subject).or(() -> configured("")).orElse(Compatibility.BACKWARD_TRANSITIVE);
    }

    private NavigableMap<Integer, Version> versionsOf(String subject) {
        return Optional.ofNullable(subjects.get(subject)).orElseGet(TreeMap::new);
    }
}
