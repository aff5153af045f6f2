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
 */
record Cursor(String sessionId, Map<Feed, Long> next) {
    private static final Pattern PLACE = Pattern.compile("[a-z][0-9]{1,18}");

    static Cursor start(String sessionId) {
        return new Cursor(sessionId, Map.of());
    }

    /** The text of an event's id, or nothing where it is not one of ours: such a reader begins anew. */
    static Optional<Cursor> parse(String id) {
        int at = id.indexOf('~');
        if (at < 1 || id.length() > 512 || !Ids.valid(id.substring(0, at))) {
            return Optional.empty();
        }
        var cursor = start(id.substring(0, at));
        var places = id.substring(at + 1);
        for (var place : places.isEmpty() ? new String[0] : places.split("\\.", -1)) {
            var feed = PLACE.matcher(place).matches() ? Feed.of(place.charAt(0)) : Optional.<Feed>empty();
            if (feed.isEmpty()) {
                return Optional.empty();
            }
            cursor = cursor.with(feed.get(), Long.parseLong(place.substring(1)));
        }
        return Optional.of(cursor);
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
        return new Cursor(sessionId, Collections.unmodifiableMap(moved));
    }

    /** Not behind what it was. */
    Cursor past(Feed feed, long offset) {
        return offset < next(feed) ? this : with(feed, offset + 1);
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
        return text.toString();
    }
}
