package io.probeline.processor;

import io.probeline.schemas.MetricRules;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * An interaction in the changelog: a version byte, then its fields in order. Compact, since one is written for each active interaction and
 * commit: a tally without values is one byte, and of one that has ended only the head is written.
 */
final class InteractionCodec implements WriteBehindStore.Codec<Interaction> {
    /** What is written; 2: with sketches; 3: with trends and flaps. */
    private static final byte VERSION = 3;

    /**
     * What is read. A version is read one release before it is written: while instances are replaced in turn, one of the release before may get a task back that
     * one of the next has had (ADR 16).
     */
    private static final byte NEWEST = 3;

    private static final byte OLDEST = 1;

    private final Supplier<MetricRules> rules;

    /** @param rules asked for when an interaction is read back: its metrics go on under the rules of now */
    InteractionCodec(Supplier<MetricRules> rules) {
        this.rules = rules;
    }

    @Override
    public byte[] encode(Interaction interaction) {
        var out = new StateOutput();
        out.writeByte(VERSION);
        write(interaction, out);
        return out.toByteArray();
    }

    @Override
    public Interaction decode(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = in.readByte();
            if (version < OLDEST || version > NEWEST) {
                throw new IllegalStateException("the changelog holds an interaction of version " + version
                        + ", this program reads " + OLDEST + " to " + NEWEST);
            }
            return read(version, in);
        } catch (IOException e) {
            throw new IllegalStateException("the changelog holds half an interaction", e);
        }
    }

    private static void write(Interaction of, StateOutput out) {
        out.writeUTF(of.subject().interactionId());
        out.writeUTF(of.subject().sessionId());
        out.writeUTF(of.subject().deviceId());
        out.writeLong(of.firstAt());
        out.writeLong(of.lastAt());
        out.writeBoolean(of.ended());
        if (!of.ended()) {
            write(of.fast(), out);
            write(of.slow(), out);
            write(of.total(), out);
            write(of.script(), out);
            StateBytes.writeCount(of.metrics().all().size(), out);
            for (var metric : of.metrics().all()) {
                write(metric, out);
            }
        }
    }

    private Interaction read(byte version, DataInputStream in) throws IOException {
        var subject = new Subject(in.readUTF(), in.readUTF(), in.readUTF());
        long firstAt = in.readLong();
        long lastAt = in.readLong();
        var metrics = new MetricSet();
        if (in.readBoolean()) {
            var fast = new Window(Interaction.FAST, lastAt);
            var slow = new Window(Interaction.SLOW, lastAt);
            return new Interaction(subject, firstAt, lastAt, true, fast, slow, new Counts(), new Script(), metrics);
        }
        var fast = window(Interaction.FAST, in);
        var slow = window(Interaction.SLOW, in);
        var total = counts(in);
        var script = script(in);
        var now = rules.get();
        for (long left = StateBytes.count(in); left > 0; left--) {
            metrics.add(metric(version, now, in));
        }
        return new Interaction(subject, firstAt, lastAt, false, fast, slow, total, script, metrics);
    }

    private static void write(Window window, StateOutput out) {
        out.writeLong(window.start());
        out.writeLong(window.from());
        StateBytes.writeCount(window.closed(), out);
        write(window.counts(), out);
    }

    private static Window window(long length, DataInputStream in) throws IOException {
        return new Window(length, in.readLong(), in.readLong(), StateBytes.count(in), counts(in));
    }

    private static void write(Counts counts, StateOutput out) {
        StateBytes.writeCount(counts.receivedCount(), out);
        StateBytes.writeCount(counts.expectedCount(), out);
        StateBytes.writeCount(counts.lostCount(), out);
        StateBytes.writeCount(counts.duplicateCount(), out);
        StateBytes.writeCount(counts.lateCount(), out);
        out.writeBoolean(counts.skewMillis().isPresent());
        if (counts.skewMillis().isPresent()) {
            out.writeLong(counts.skewMillis().getAsLong());
        }
    }

    private static Counts counts(DataInputStream in) throws IOException {
        long received = StateBytes.count(in);
        long expected = StateBytes.count(in);
        long lost = StateBytes.count(in);
        long duplicate = StateBytes.count(in);
        long late = StateBytes.count(in);
        var skew = in.readBoolean() ? OptionalLong.of(in.readLong()) : OptionalLong.empty();
        return new Counts(received, expected, lost, duplicate, late, skew);
    }

    private static void write(Script script, StateOutput out) {
        out.writeBoolean(script.begun());
        out.writeLong(script.start());
        out.writeLong(script.end());
        StateBytes.writeCount(script.windows(), out);
        StateBytes.writeCount(script.received(), out);
        StateBytes.writeCount(script.expected(), out);
        StateBytes.writeCount(script.lost(), out);
        var remark = script.remark();
        out.writeBoolean(remark != null);
        if (remark != null) {
            out.writeUTF(remark.reason());
            StateBytes.writeLevel(remark.level(), out);
            StateBytes.writeText(remark.command(), out);
            StateBytes.writeText(remark.message(), out);
        }
    }

    private static Script script(DataInputStream in) throws IOException {
        var script = new Script(
                in.readBoolean(),
                in.readLong(),
                in.readLong(),
                (int) StateBytes.count(in),
                StateBytes.count(in),
                StateBytes.count(in),
                StateBytes.count(in));
        if (in.readBoolean()) {
            script.remark(
                    new Script.Remark(in.readUTF(), StateBytes.level(in), StateBytes.text(in), StateBytes.text(in)));
        }
        return script;
    }

    private static void write(Metric metric, StateOutput out) {
        out.writeUTF(metric.name());
        StateBytes.writeCount(metric.length(), out);
        write(metric.open(), out);
        write(metric.sketch().positive(), out);
        write(metric.sketch().negative(), out);
        StateBytes.writeCount(metric.sketch().zeros(), out);
        write(metric.total(), out);
        write(metric.unsaid(), out);
        AlertBytes.write(metric.alert(), out);
    }

    private static Metric metric(byte version, MetricRules rules, DataInputStream in) throws IOException {
        var name = in.readUTF().intern();
        long length = StateBytes.count(in);
        var open = tally(in);
        var sketch = version == 1 ? new Sketch() : new Sketch(bins(in), bins(in), StateBytes.count(in));
        var total = tally(in);
        var unsaid = tally(in);
        return new Metric(name, rules.rule(name), length, open, sketch, total, unsaid, AlertBytes.tracker(version, in));
    }

    private static void write(Tally tally, StateOutput out) {
        StateBytes.writeCount(tally.count(), out);
        if (!tally.empty()) {
            out.writeDouble(tally.min());
            out.writeDouble(tally.max());
            out.writeDouble(tally.sum());
            out.writeDouble(tally.last());
        }
    }

    private static Tally tally(DataInputStream in) throws IOException {
        long count = StateBytes.count(in);
        return count == 0
                ? new Tally()
                : new Tally(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble(), count);
    }

    /** Buckets as distances, which are small. */
    private static void write(Bins bins, StateOutput out) {
        StateBytes.writeCount(bins.size(), out);
        int before = 0;
        for (int at = 0; at < bins.size(); at++) {
            if (at == 0) {
                out.writeInt(bins.bucket(at));
            } else {
                StateBytes.writeCount(bins.bucket(at) - before, out);
            }
            before = bins.bucket(at);
            StateBytes.writeCount(bins.count(at), out);
        }
    }

    private static Bins bins(DataInputStream in) throws IOException {
        var bins = new Bins();
        long size = StateBytes.count(in);
        int bucket = 0;
        for (long at = 0; at < size; at++) {
            bucket = at == 0 ? in.readInt() : bucket + (int) StateBytes.count(in);
            bins.add(bucket, (int) StateBytes.count(in));
        }
        return bins;
    }
}
