package io.probeline.gateway;

import io.probeline.schemas.Ids;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a reader of a session's events stands: per topic, the offset from which it has not been told. All records of a session lie in
 * one partition of each topic, so this is the same on every gateway instance, and any of them can go on from it.
 *
 * @param more events told since a place last moved: what stands when a reader comes, and the first of several out of one record. They
 *     make each id another one; who comes back with such an id is told these events again
 */
record Cursor(String sessionId, Map<Feed, Long> next, int more) {
    private static final Pattern PLACE = Pattern.compile("[a-z][0-9]{1,18}");
    private static final Pattern ID = Pattern.compile("([^~]+)~([^~]*)(?:~([0-9]{1,9}))?");

    static Cursor start(String sessionId) {
        return new Cursor(sessionId, Map.of(), 0);
    }

    /** The text of an event's id, or nothing where it is not one of ours: such a reader begins anew. */
    static Optional<Cursor> parse(String id) {
        var parts = ID.matcher(id);
        if (id.length() > 512 || !parts.matches() || !Ids.valid(parts.group(1))) {
            return Optional.empty();
        }
        var cursor = start(parts.group(1));
        var places = parts.group(2);
        for (var place : places.isEmpty() ? new String[0] : places.split("\\.", -1)) {
            var feed = PLACE.matcher(place).matches() ? Feed.of(place.charAt(0)) : Optional.<Feed>empty();
            if (feed.isEmpty()) {
                return Optional.empty();
            }
            cursor = cursor.with(feed.get(), Long.parseLong(place.substring(1)));
        }
        var more = parts.group(3);
        return Optional.of(more == null ? cursor : new Cursor(cursor.sessionId, cursor.next, Integer.parseInt(more)));
    }

    /** The first offset of this topic that it has not been told. */
    long next(Feed feed) {
        return next.getOrDefault(feed, 0L);
    }

    Cursor with(Feed feed, long offset) {
        if (next(feed) == offset) {
            return this;
        }
        var moved = new EnumMap<Feed, Long>(Feed.class);
        moved.putAll(next);
        moved.put(feed, offset);
        return new Cursor(sessionId, Collections.unmodifiableMap(moved), 0);
    }

    /** Not behind what it was. */
    Cursor past(Feed feed, long offset) {
        return offset < next(feed) ? this : with(feed, offset + 1);
    }

    /** After an event that moves no place. */
    Cursor oneMore() {
        return new Cursor(sessionId, next, more + 1);
    }

    @Override
    public String toString() {
        var text = new StringBuilder(sessionId).append('~');
        for (var feed : Feed.values()) {
            if (next(feed) > 0) {
                text.append(text.charAt(text.length() - 1) == '~' ? "" : ".")
                        .append(feed.letter())
                        .append(next(feed));
            }
        }
        return more == 0 ? text.toString() : text.append('~').append(more).toString();
    }
}
