package io.probeline.processor;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.Alert;
import io.probeline.record.Telemetry;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.MetricRules;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One interaction without Streams: records in, findings kept. */
final class Found implements Findings {
    static {
        // Avro builds our records by name only once a format has told it to.
        var _ = new AvroFormat<>(Topics.TRANSCRIPT, new LocalSchemaRegistry());
    }

    final List<Aggregate> aggregates = new ArrayList<>();
    final List<Alert> alerts = new ArrayList<>();
    final List<TranscriptLine> lines = new ArrayList<>();

    private Terms terms;
    private @Nullable Interaction interaction;

    Found(TranscriptPolicy policy) {
        this(policy, MetricRules.shipped());
    }

    Found(TranscriptPolicy policy, MetricRules rules) {
        terms = new Terms(rules, policy, Duration.ofHours(4));
    }

    /** The rules file was changed. */
    void rules(MetricRules rules) {
        terms = new Terms(rules, terms.policy(), terms.longestGap());
    }

    Interaction.Verdict accept(Telemetry record) {
        return accept(TelemetryView.of(record));
    }

    Interaction.Verdict accept(TelemetryView view) {
        if (interaction == null) {
            interaction = Interaction.begin(view);
        }
        return interaction.accept(view, terms, this);
    }

    /** As a restore does: through the changelog's bytes. */
    void restore() {
        var codec = new InteractionCodec(terms::rules);
        interaction = codec.decode(codec.encode(interaction()));
    }

    /** Goes on from that. */
    void restore(Interaction from) {
        interaction = from;
    }

    Interaction interaction() {
        if (interaction == null) {
            throw new IllegalStateException("no record came yet");
        }
        return interaction;
    }

    /** Of windows of that length. */
    List<Aggregate> windows(long length) {
        return aggregates.stream()
                .filter(aggregate -> aggregate.getKind() == AggregateKind.WINDOW)
                .filter(aggregate -> Duration.between(aggregate.getWindowStart(), aggregate.getWindowEnd())
                                .toMillis()
                        == length)
                .toList();
    }

    @Override
    public void aggregate(Aggregate aggregate) {
        aggregates.add(aggregate);
    }

    @Override
    public void alert(Alert alert) {
        alerts.add(alert);
    }

    @Override
    public void line(TranscriptLine line) {
        lines.add(line);
    }
}
