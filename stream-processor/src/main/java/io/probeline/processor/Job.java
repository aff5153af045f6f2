package io.probeline.processor;

import java.util.Locale;

/**
 * The two programs of Streams that this service runs: each has topics, state, threads and transactions of its own, so that a backlog of the one does not hold the
 * other up, and each is set as it needs (ADR 14). Their ids are the consumer groups, and the prefixes of their changelogs: a changed id leaves its state behind.
 */
enum Job {
    /** session-requests, device-events ──▶ sessions: two topics, in the order of their times. */
    SESSIONS("probeline.stream-processor.sessions"),
    /** telemetry ──▶ aggregates, alerts, transcript: one topic, and nearly all of the load. */
    WINDOWS("probeline.stream-processor");

    private final String id;

    Job(String id) {
        this.id = id;
    }

    /** Streams' {@code application.id}. */
    String id() {
        return id;
    }

    /** As in health and metrics. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
