package io.probeline.runtime;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Whether a service is alive and ready, and if not, why: each part that can fail says so under its own name. */
public final class Health {
    private final Map<String, Supplier<Optional<String>>> readiness = new ConcurrentHashMap<>();
    private final Map<String, Supplier<Optional<String>>> liveness = new ConcurrentHashMap<>();

    private final Map<String, Supplier<Optional<String>>> notes = new ConcurrentHashMap<>();

    /** @param trouble empty while the part is fit for work, else what is wrong, in a line without secrets */
    public void ready(String part, Supplier<Optional<String>> trouble) {
        readiness.put(part, trouble);
    }

    /** @param trouble empty while the part lives; what it says here should end the process */
    public void live(String part, Supplier<Optional<String>> trouble) {
        liveness.put(part, trouble);
    }

    /** @param trouble what someone should see to, though the service is fit for work; empty while there is nothing */
    public void note(String part, Supplier<Optional<String>> trouble) {
        notes.put(part, trouble);
    }

    /** What someone should see to, by part, though it keeps nothing from working. */
    public Map<String, String> notes() {
        return troubles(notes);
    }

    /** What keeps it from being ready, by part; empty when it is. */
    public Map<String, String> notReady() {
        var all = troubles(liveness);
        all.putAll(troubles(readiness));
        return all;
    }

    /** What is dead, by part; empty when all lives. */
    public Map<String, String> notLive() {
        return troubles(liveness);
    }

    private static Map<String, String> troubles(Map<String, Supplier<Optional<String>>> checks) {
        var found = new TreeMap<String, String>();
        checks.forEach((part, check) -> check.get().ifPresent(trouble -> found.put(part, trouble)));
        return found;
    }
}
