package io.probeline.processor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.probeline.record.AggregateKind;
import io.probeline.record.AlertState;
import io.probeline.record.LineKind;
import io.probeline.record.TelemetryKind;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the processor counts. Attempts are counted: what an aborted transaction did is done, and counted, again.
 *
 * <ul>
 *   <li>{@code probeline_telemetry_total{kind}} records taken, frames up to a second later, {@code probeline_telemetry_after_end_total} records of a session that is over
 *   <li>{@code probeline_windows_total{kind}}, {@code probeline_alerts_total{state}}, {@code probeline_lines_total{kind}} what was found
 *   <li>{@code probeline_frames_late_total} frames whose window had closed
 *   <li>{@code probeline_values_crowded_total} values dropped because their session has 64 metrics already
 *   <li>{@code probeline_ticks_written_total} ticks and ends that the wall-clock net wrote because no bridge did
 *   <li>{@code probeline_sessions_total{state}} session states written
 *   <li>{@code probeline_dead_letters_total{reason}} records refused
 *   <li>{@code probeline_rules_changes_total{outcome}} changes of the rules file, taken or refused
 *   <li>{@code probeline_store_entries{store}} objects held, {@code probeline_store_flushed_total{store}} and
 *       {@code probeline_store_flushed_bytes_total{store}} what went to the changelog
 * </ul>
 */
final class ProcessorMetrics {
    private final MeterRegistry registry;
    private final Map<TelemetryKind, Counter> telemetry = new EnumMap<>(TelemetryKind.class);
    private final Map<AggregateKind, Counter> windows = new EnumMap<>(AggregateKind.class);
    private final Map<AlertState, Counter> alerts = new EnumMap<>(AlertState.class);
    private final Map<LineKind, Counter> lines = new EnumMap<>(LineKind.class);
    private final Counter afterEnd;
    private final Counter late;
    private final Counter crowded;
    private final Counter ticks;
    private final Counter rulesTaken;
    private final Counter rulesRefused;

    ProcessorMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (var kind : TelemetryKind.values()) {
            telemetry.put(kind, counter("probeline_telemetry", "kind", kind));
        }
        for (var kind : AggregateKind.values()) {
            windows.put(kind, counter("probeline_windows", "kind", kind));
        }
        for (var state : AlertState.values()) {
            alerts.put(state, counter("probeline_alerts", "state", state));
        }
        for (var kind : LineKind.values()) {
            lines.put(kind, counter("probeline_lines", "kind", kind));
        }
        afterEnd = registry.counter("probeline_telemetry_after_end");
        late = registry.counter("probeline_frames_late");
        crowded = registry.counter("probeline_values_crowded");
        ticks = registry.counter("probeline_ticks_written");
        rulesTaken = registry.counter("probeline_rules_changes", "outcome", "taken");
        rulesRefused = registry.counter("probeline_rules_changes", "outcome", "refused");
    }

    void telemetry(TelemetryKind kind, int records) {
        Objects.requireNonNull(telemetry.get(kind)).increment(records);
    }

    void window(AggregateKind kind) {
        count(windows, kind);
    }

    void alert(AlertState state) {
        count(alerts, state);
    }

    void line(LineKind kind) {
        count(lines, kind);
    }

    void afterEnd() {
        afterEnd.increment();
    }

    void late(long frames) {
        late.increment((double) frames);
    }

    void crowded(int values) {
        if (values > 0) {
            crowded.increment(values);
        }
    }

    void tickWritten() {
        ticks.increment();
    }

    void rulesTaken() {
        rulesTaken.increment();
    }

    void rulesRefused() {
        rulesRefused.increment();
    }

    void session(String state) {
        registry.counter("probeline_sessions", "state", state).increment();
    }

    void deadLetter(String reason) {
        registry.counter("probeline_dead_letters", "reason", reason).increment();
    }

    WriteBehindStore.Observer store(String name) {
        var entries = registry.gauge("probeline_store_entries", List.of(Tag.of("store", name)), new AtomicLong());
        var flushed = registry.counter("probeline_store_flushed", "store", name);
        var flushedBytes = registry.counter("probeline_store_flushed_bytes", "store", name);
        return new WriteBehindStore.Observer() {
            @Override
            public void entries(int more) {
                entries.addAndGet(more);
            }

            @Override
            public void flushed(int count, long bytes) {
                flushed.increment(count);
                flushedBytes.increment((double) bytes);
            }
        };
    }

    private Counter counter(String name, String tag, Enum<?> value) {
        return registry.counter(name, tag, value.name().toLowerCase(Locale.ROOT));
    }

    private static <E extends Enum<E>> void count(Map<E, Counter> counters, E which) {
        Objects.requireNonNull(counters.get(which)).increment();
    }
}
