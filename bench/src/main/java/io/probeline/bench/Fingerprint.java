package io.probeline.bench;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketchProtoBinding;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import com.google.protobuf.InvalidProtocolBufferException;
import io.probeline.record.Aggregate;
import io.probeline.record.MetricAggregate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** Numbers in one: any that differs by its last bit makes another, except by a chance of one in 2^64. */
final class Fingerprint {
    private static final double[] QUANTILES = {0.5, 0.9, 0.99};

    static {
        // The sketch library's own reader is older than this protobuf, which says so thrice; what is read here is ours.
        System.setProperty("com.google.protobuf.use_unsafe_pre22_gencode", "true");
    }

    private long value = 0x9E3779B97F4A7C15L;

    /** What every contender computes; levels and what came too late or not at all are the processor's alone. */
    static long of(Aggregate window) {
        var print = new Fingerprint().with(window.getReceived());
        for (var metric : new TreeMap<>(window.getMetrics()).entrySet()) {
            print.with(metric.getKey(), metric.getValue());
        }
        return print.value;
    }

    Fingerprint with(long number) {
        // The finaliser of SplitMix64: each bit of the number turns half of the bits.
        long mixed = (value ^ number) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        value = mixed ^ (mixed >>> 31);
        return this;
    }

    Fingerprint with(double number) {
        return with(Double.doubleToLongBits(number));
    }

    private void with(String name, MetricAggregate metric) {
        for (byte letter : name.getBytes(StandardCharsets.UTF_8)) {
            with(letter);
        }
        with(metric.getMin()).with(metric.getMax()).with(metric.getAvg()).with(metric.getSum());
        with(metric.getLast()).with(metric.getCount());
        metric.getSketch().map(Fingerprint::read).ifPresent(sketch -> {
            with(sketch.getCount());
            for (double quantile : sketch.getValuesAtQuantiles(QUANTILES)) {
                with(quantile);
            }
        });
    }

    /** Stores lay their buckets out in several ways; what they hold is the same. */
    private static DDSketch read(ByteBuffer bytes) {
        try {
            return DDSketchProtoBinding.fromProto(
                    UnboundedSizeDenseStore::new,
                    com.datadoghq.sketch.ddsketch.proto.DDSketch.parseFrom(bytes.duplicate()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a sketch that is none", e);
        }
    }
}
