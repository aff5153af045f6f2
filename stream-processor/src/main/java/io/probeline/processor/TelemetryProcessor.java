package io.probeline.processor;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.Alert;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.Decoded;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** telemetry ──▶ aggregates, alerts, transcript, telemetry (TICK); what {@link Interaction} finds, this carries. */
final class TelemetryProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Windows of many interactions close together; what they find may share a commit, within what a window may take in all (ADR 2). */
    private static final Duration GAP = Duration.ofMillis(50);

    /** How long a session that is over is remembered, in the topic's own time, so that stragglers do not begin it again. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final Parts parts;
    private final TelemetryIntake intake;
    private final Net net;

    /** Not in the metrics yet: their counters are shared by threads, and adding to one for each frame waits for all that the frame wrote. */
    private int frames;

    private @Nullable Running running;

    /** What is there from the start of the task until its end. */
    private record Running(
            ProcessorContext<byte[], byte[]> context,
            WriteBehindStore<Interaction> store,
            Outlet<byte[]> outlet,
            CommitPace pace) {}

    TelemetryProcessor(Parts parts) {
        this.parts = parts;
        this.intake = new TelemetryIntake(parts.formats().telemetry(), parts.pause());
        this.net = new Net(parts.maxAge());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        WriteBehindStore<Interaction> store = context.getStateStore(ProcessorTopology.INTERACTIONS_STORE);
        var outlet = new Outlet<>(
                context, parts.formats().deadLetters(), ProcessorTopology.DEAD_LETTERS_OUT, parts.metrics());
        running = new Running(context, store, outlet, new CommitPace(context, GAP, store::flushedAt));
        context.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, this::look);
        context.schedule(REMEMBERED, PunctuationType.STREAM_TIME, this::forget);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        switch (intake.take(record.value())) {
            case Decoded.Ok<TelemetryView>(var telemetry) -> accept(record, telemetry);
            case Decoded.Rejected<TelemetryView> why -> running().outlet().reject(record, why);
        }
    }

    private void accept(Record<byte[], byte[]> record, TelemetryView telemetry) {
        if (!telemetry.keyed(record.key())) {
            running().outlet().reject(record, new Decoded.Rejected<>("wrong_key", "the key is not the interactionId"));
            return;
        }
        var slot = telemetry.session().slot(running().store());
        var known = slot.value();
        var interaction = known == null ? Interaction.begin(telemetry) : known;
        switch (interaction.accept(telemetry, parts.terms().get(), new Told(record))) {
            case TAKEN -> {
                net.heard(interaction, telemetry, running().context().currentSystemTimeMs());
                count(telemetry.kind());
                parts.metrics().crowded(interaction.takeCrowded());
                if (known == null) {
                    running().store().put(slot, interaction);
                } else {
                    running().store().changed(slot);
                }
            }
            case AFTER_END -> parts.metrics().afterEnd();
            case OUT_OF_TIME ->
                running()
                        .outlet()
                        .reject(
                                record,
                                new Decoded.Rejected<>(
                                        "out_of_time", "receivedAt is further from the last than a session lasts"));
        }
    }

    private void count(TelemetryKind kind) {
        switch (kind) {
            case FRAME -> frames++;
            case TICK, END -> parts.metrics().telemetry(kind, 1);
        }
    }

    private void tellFrames() {
        parts.metrics().telemetry(TelemetryKind.FRAME, frames);
        frames = 0;
    }

    @Override
    public void close() {
        tellFrames();
    }

    private void look(long now) {
        tellFrames();
        for (var slot : running().store().slots()) {
            var interaction = slot.value();
            if (interaction != null) {
                net.look(interaction, now).ifPresent(tick -> write(tick, now));
            }
        }
    }

    private void write(Telemetry tick, long now) {
        parts.metrics().tickWritten();
        running()
                .outlet()
                .send(
                        ProcessorTopology.TICKS_OUT,
                        parts.formats().telemetry(),
                        utf8(tick.getInteractionId()),
                        tick,
                        now);
        running().pace().said(now);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void forget(long streamTime) {
        long before = streamTime - REMEMBERED.toMillis();
        for (var slot : List.copyOf(running().store().slots())) {
            var interaction = slot.value();
            if (interaction != null && interaction.ended() && interaction.lastAt() < before) {
                running().store().remove(slot);
            }
        }
    }

    private Running running() {
        return Objects.requireNonNull(running, "Streams initialises a processor before it uses it");
    }

    /** Findings on their way out, under the key and the timestamp of the record that made them. */
    private final class Told implements Findings {
        private final byte[] key;
        private final long timestamp;

        Told(Record<byte[], byte[]> record) {
            this.key = record.key();
            this.timestamp = record.timestamp();
        }

        @Override
        public void aggregate(Aggregate aggregate) {
            parts.metrics().window(aggregate.getKind());
            if (aggregate.getKind() == AggregateKind.WINDOW) {
                parts.metrics().late(aggregate.getLate());
            }
            running()
                    .outlet()
                    .send(ProcessorTopology.AGGREGATES_OUT, parts.formats().aggregates(), key, aggregate, timestamp);
            running().pace().said(timestamp);
        }

        @Override
        public void alert(Alert alert) {
            parts.metrics().alert(alert.getState());
            running()
                    .outlet()
                    .send(ProcessorTopology.ALERTS_OUT, parts.formats().alerts(), key, alert, timestamp);
        }

        @Override
        public void line(TranscriptLine line) {
            parts.metrics().line(line.getKind());
            running()
                    .outlet()
                    .send(ProcessorTopology.TRANSCRIPT_OUT, parts.formats().transcript(), key, line, timestamp);
        }
    }
}
