package io.probeline.gateway;

import io.probeline.schemas.Topic;
import io.probeline.schemas.Topics;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The topics that the views are folded from; the letter stands for the topic in an event's id. */
enum Feed {
    REQUESTS('q'),
    SESSIONS('s'),
    AUDIT('a'),
    DEVICE_EVENTS('d'),
    AGGREGATES('g'),
    ALERTS('l'),
    TRANSCRIPT('t'),
    RECEIPTS('r');

    /** What decisions depend on: a request waits until these have been read, so that two instances agree. */
    static final List<Feed> DECIDING = List.of(REQUESTS, SESSIONS, AUDIT);

    private final char letter;

    Feed(char letter) {
        this.letter = letter;
    }

    char letter() {
        return letter;
    }

    Topic<?> topic() {
        return switch (this) {
            case REQUESTS -> Topics.SESSION_REQUESTS;
            case SESSIONS -> Topics.SESSIONS;
            case AUDIT -> Topics.AUDIT;
            case DEVICE_EVENTS -> Topics.DEVICE_EVENTS;
            case AGGREGATES -> Topics.AGGREGATES;
            case ALERTS -> Topics.ALERTS;
            case TRANSCRIPT -> Topics.TRANSCRIPT;
            case RECEIPTS -> Topics.TRANSCRIPT_RECEIPTS;
        };
    }

    static Optional<Feed> of(char letter) {
        return Stream.of(values()).filter(feed -> feed.letter == letter).findFirst();
    }

    static Feed ofTopic(String name) {
        return Stream.of(values())
                .filter(feed -> feed.topic().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no view is folded from " + name));
    }
}
