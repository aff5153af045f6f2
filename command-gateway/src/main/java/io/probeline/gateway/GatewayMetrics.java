package io.probeline.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/**
 * What the gateway counts: {@code probeline_http_requests_total{route,status}}, {@code probeline_http_request_seconds{route}},
 * {@code probeline_journal_transactions_total{outcome}}, {@code probeline_journal_transaction_seconds}, {@code probeline_journal_entries_total{outcome}},
 * {@code probeline_journal_waiting}, {@code probeline_role_lookups_total{outcome}}, {@code probeline_ownership_lookups_total{outcome}},
 * {@code probeline_stream_readers}, {@code probeline_stream_cut_total}, {@code probeline_view_devices},
 * {@code probeline_view_sessions}, {@code probeline_view_answers}, {@code probeline_view_answers_dropped},
 * {@code probeline_view_records_dropped}, {@code probeline_view_rejected_total{topic}}, {@code probeline_unaudited_total},
 * {@code probeline_command_topics_removed_total}, {@code probeline_calls_watched}, {@code probeline_calls_unwatched} (no channel has room),
 * {@code probeline_calls_ended_total}, {@code probeline_call_channels_lost_total}, {@code probeline_call_lookups_total{outcome}}.
 */
final class GatewayMetrics {
    private final MeterRegistry registry;

    GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void answered(String route, int status, Duration took) {
        count("probeline.http.requests", "route", route, "status", Integer.toString(status));
        Timer.builder("probeline.http.request")
                .tag("route", route)
                .publishPercentileHistogram()
                .register(registry)
                .record(took);
    }

    void transaction(String outcome, int entries) {
        count("probeline.journal.transactions", "outcome", outcome);
        Counter.builder("probeline.journal.entries")
                .tag("outcome", outcome)
                .register(registry)
                .increment(entries);
    }

    void transactionTook(Duration time) {
        Timer.builder("probeline.journal.transaction")
                .publishPercentileHistogram()
                .register(registry)
                .record(time);
    }

    void roleLookup(String outcome) {
        count("probeline.role.lookups", "outcome", outcome);
    }

    void participantLookup(String outcome) {
        count("probeline.participant.lookups", "outcome", outcome);
    }

    void ownershipLookup(String outcome) {
        count("probeline.ownership.lookups", "outcome", outcome);
    }

    void cutOff() {
        count("probeline.stream.cut");
    }

    void rejected(Feed feed) {
        count("probeline.view.rejected", "topic", feed.topic().name());
    }

    /** A refusal without a record, because there were too many of its kind. */
    void unaudited() {
        count("probeline.unaudited");
    }

    void calls(IntSupplier watched, IntSupplier unwatched) {
        gauge("probeline.calls.watched", watched, IntSupplier::getAsInt);
        gauge("probeline.calls.unwatched", unwatched, IntSupplier::getAsInt);
    }

    void callChannelLost() {
        count("probeline.call.channels.lost");
    }

    void callLookUp(String outcome) {
        count("probeline.call.lookups", "outcome", outcome);
    }

    void callEnded() {
        count("probeline.calls.ended");
    }

    void topicRemoved() {
        count("probeline.command.topics.removed");
    }

    <T> void gauge(String name, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).strongReference(true).register(registry);
    }

    void board(Board board) {
        gauge("probeline.view.devices", board, each -> each.size().devices());
        gauge("probeline.view.sessions", board, each -> each.size().sessions());
        gauge("probeline.stream.readers", board, each -> each.size().readers());
        gauge("probeline.view.answers", board, each -> each.size().answers());
        gauge("probeline.view.answers.dropped", board, each -> each.size().answersDropped());
        gauge("probeline.view.records.dropped", board, each -> each.size().recordsDropped());
    }

    private void count(String name, String... tags) {
        Counter.builder(name).tags(tags).register(registry).increment();
    }
}
