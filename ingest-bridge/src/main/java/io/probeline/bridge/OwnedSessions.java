package io.probeline.bridge;

import io.probeline.record.Session;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The sessions of one partition, as the latest records tell them, and which of them the lines have not heard of. Until all that
 * stood in the partition when it became ours has been read, nobody hears of any: an old record is no news.
 */
final class OwnedSessions {
    private final Map<String, Session> latest = new HashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();

    /** The session with which a device's line was opened, by device. */
    private final Map<String, String> opened = new HashMap<>();

    private OptionalLong end = OptionalLong.empty();
    private boolean rebuilt;

    void put(Session session) {
        latest.put(session.getDeviceId(), session);
        changed.add(session.getDeviceId());
    }

    /** @param value end of the partition, after it became ours */
    void measure(long value) {
        end = OptionalLong.of(value);
    }

    /** @param position up to which the partition has been read */
    boolean rebuilt(long position) {
        rebuilt |= end.isPresent() && position >= end.getAsLong();
        return rebuilt;
    }

    /**
     * Sessions that need a line, or whose device's line must be told of a new session.
     *
     * @param since one that ended earlier has left no command without an outcome
     */
    List<Session> toOpen(Instant since) {
        return news().filter(session -> fresh(session) && relevant(session, since))
                .toList();
    }

    /** Sessions whose line stands, and that have changed. */
    List<Session> toUpdate() {
        return news().filter(session -> !fresh(session)).toList();
    }

    /** The lines have heard of them. */
    void told(List<Session> sessions) {
        for (var session : sessions) {
            opened.put(session.getDeviceId(), session.getSessionId());
        }
        var devices = new HashSet<>(changed);
        devices.forEach(device -> {
            var session = latest.get(device);
            if (session == null || !fresh(session) || !SessionStates.open(session)) {
                changed.remove(device);
            }
        });
    }

    private Stream<Session> news() {
        return changed.stream().flatMap(device -> Stream.ofNullable(latest.get(device)));
    }

    private boolean fresh(Session session) {
        return !session.getSessionId().equals(opened.get(session.getDeviceId()));
    }

    private static boolean relevant(Session session, Instant since) {
        return SessionStates.open(session)
                || session.getClosedAt().orElse(session.getUpdatedAt()).isAfter(since);
    }
}
