package io.probeline.transcript;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.probeline.record.Priority;
import io.probeline.record.ReceiptState;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the transcript sink counts.
 *
 * <ul>
 *   <li>{@code probeline_transcript_budget_allowed}, {@code _budget_used}, {@code _budget_share}: the token's requests a minute, those of this minute, and
 *       the part of them that is this instance's
 *   <li>{@code probeline_transcript_requests_total{answer}}: done, checked, refused (429), failed, rejected (other 4xx)
 *   <li>{@code probeline_transcript_waiting{priority}}: lines that wait to be said; {@code probeline_transcript_unsettled}: lines of the topic in them
 *   <li>{@code probeline_transcript_oldest_waiting_seconds}
 *   <li>{@code probeline_transcript_lines_total{state}}: lines settled, by what became of them; merged over written is the merge ratio
 *   <li>{@code probeline_transcript_repeated_total}: lines said again that may have been said before
 *   <li>{@code probeline_transcript_rejected_total}: records that were no lines
 *   <li>{@code probeline_transcript_in_flight}, {@code probeline_transcript_paused}: requests under way; 1 while no more is read for want of room
 *   <li>{@code probeline_transcript_delay_seconds{priority}}: from a line's arrival until it was said
 * </ul>
 */
final class SinkMetrics {
    private static final String PREFIX = "probeline_transcript_";

    private final MeterRegistry registry;
    private volatile SinkStatus status = SinkStatus.START;

    SinkMetrics(MeterRegistry registry) {
        this.registry = registry;
        gauge("budget_allowed", SinkStatus::allowed);
        gauge("budget_used", SinkStatus::used);
        gauge("budget_share", SinkStatus::share);
        gauge("unsettled", SinkStatus::open);
        gauge("oldest_waiting_seconds", s -> s.oldest().toMillis() / 1000.0);
        gauge("in_flight", SinkStatus::inFlight);
        gauge("paused", s -> s.paused() ? 1 : 0);
        for (var priority : Priority.values()) {
            Gauge.builder(PREFIX + "waiting", this, m -> m.status.waiting().getOrDefault(priority, 0L))
                    .tag("priority", name(priority))
                    .register(registry);
        }
    }

    /** How it stands now, as the gauges and the health tell it from here on. */
    void stands(SinkStatus now) {
        status = now;
    }

    SinkStatus status() {
        return status;
    }

    void answered(Answer answer) {
        counter(
                        "requests",
                        "answer",
                        switch (answer) {
                            case Answer.Done _ -> "done";
                            case Answer.Checked _ -> "checked";
                            case Answer.TooMany _ -> "refused";
                            case Answer.Failed _ -> "failed";
                            case Answer.Refused _ -> "rejected";
                        })
                .increment();
    }

    /** @param lines of the topic that this settles */
    void settled(ReceiptState state, int lines) {
        counter("lines", "state", name(state)).increment();
        if (lines > 1) {
            counter("lines", "state", name(state == ReceiptState.WRITTEN ? ReceiptState.MERGED : state))
                    .increment(lines - 1);
        }
    }

    void said(Priority priority, Duration delay) {
        Timer.builder(PREFIX + "delay")
                .tag("priority", name(priority))
                .publishPercentileHistogram()
                .register(registry)
                .record(delay);
    }

    void repeated() {
        Counter.builder(PREFIX + "repeated").register(registry).increment();
    }

    void rejected() {
        Counter.builder(PREFIX + "rejected").register(registry).increment();
    }

    private Counter counter(String name, String tag, String value) {
        return Counter.builder(PREFIX + name).tag(tag, value).register(registry);
    }

    private void gauge(String name, ToDoubleFunction<SinkStatus> value) {
        Gauge.builder(PREFIX + name, this, m -> value.applyAsDouble(m.status)).register(registry);
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
