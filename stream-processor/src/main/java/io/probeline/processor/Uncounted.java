package io.probeline.processor;

/**
 * Frames of one session that are taken and not counted yet. What a frame costs is mostly how many places in memory it touches, and of thousands of sessions none is in a
 * cache when its frame comes: so a frame is put down here, and touches the windows and each of its metrics with some others at a time. Only frames with the same metrics
 * in the same order, as a device sends them, are put down; another one is counted at once. Owned by one thread.
 */
final class Uncounted {
    /** A fast window's, at the device protocol's 10 Hz: the end of a window counts them, which touches all of it anyway. */
    private static final int MOST = 20;

    /** Of frames with many metrics it is fewer, so that a session holds 2 KiB here at most. */
    private static final int MOST_VALUES = 256;

    private static final String[] NO_NAMES = {};
    private static final Metric[] NO_METRICS = {};
    private static final double[] NO_VALUES = {};

    /** Shared by all sessions whose frames have them. */
    private String[] names = NO_NAMES;

    private Metric[] metrics = NO_METRICS;
    /** Frame by frame, in the order of the names. */
    private double[] values = NO_VALUES;

    private int frames;
    private long lost;
    private long duplicates;
    private boolean skewed;
    private long skew;

    /** From now on frames like this one are put down. Only where nothing is uncounted. */
    void expect(TelemetryView frame, MetricSet known) {
        int size = frame.size();
        if (size == 0) {
            clear();
            return;
        }
        if (names.length != size) {
            metrics = new Metric[size];
            values = new double[Math.min(MOST, MOST_VALUES / size) * size];
        }
        names = frame.names();
        for (int i = 0; i < size; i++) {
            var metric = known.known(names[i]);
            if (metric == null) {
                clear();
                return;
            }
            metrics[i] = metric;
        }
    }

    /** @return whether it is put down; if not, it is to be counted at once, after those that are here */
    boolean take(TelemetryView frame) {
        if (names.length == 0 || !frame.has(names)) {
            return false;
        }
        int at = frames * names.length;
        for (int i = 0; i < names.length; i++) {
            values[at + i] = frame.value(i);
        }
        frames++;
        lost += frame.lost();
        duplicates += frame.duplicates();
        var gap = frame.skew();
        if (gap.isPresent()) {
            skewed = true;
            skew = gap.getAsLong();
        }
        return true;
    }

    boolean full() {
        return frames * names.length == values.length;
    }

    /** Counts what is here, in the order in which it came, and holds nothing then. */
    void count(Counts fast, Counts slow) {
        if (frames == 0) {
            return;
        }
        count(fast);
        count(slow);
        int at = 0;
        for (int frame = 0; frame < frames; frame++) {
            for (var metric : metrics) {
                metric.add(values[at++]);
            }
        }
        frames = 0;
        lost = 0;
        duplicates = 0;
        skewed = false;
    }

    /** No frame is expected any more. Only where nothing is uncounted. */
    void clear() {
        names = NO_NAMES;
        metrics = NO_METRICS;
        values = NO_VALUES;
    }

    private void count(Counts window) {
        window.received(frames);
        window.missed(lost, duplicates);
        if (skewed) {
            window.skew(skew);
        }
    }
}
