package io.probeline.bridge;

import java.util.LinkedHashSet;

/** The last 1,000 commands of a device that have an outcome: an id runs once, however often it is written. */
final class RunIds {
    private static final int MOST = 1_000;

    private final LinkedHashSet<String> ids = new LinkedHashSet<>();

    boolean contains(String commandId) {
        return ids.contains(commandId);
    }

    void add(String commandId) {
        if (ids.add(commandId) && ids.size() > MOST) {
            ids.removeFirst();
        }
    }
}
