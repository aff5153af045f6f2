package io.probeline.processor;

import java.util.Arrays;

/** How many values fell into each bucket: few and near each other, so two sorted arrays serve. */
final class Bins {
    /** A window of sane values needs tens; beyond this the lowest two become one, so that the low quantiles suffer and not the high ones. */
    static final int MOST = 256;

    private static final int FIRST_ROOM = 8;

    private int[] buckets = {};
    private int[] counts = {};
    private int size;

    void add(int bucket) {
        add(bucket, 1);
    }

    void add(int bucket, int count) {
        int at = place(bucket);
        if (at < size && buckets[at] == bucket) {
            counts[at] += count;
            return;
        }
        insert(at, bucket, count);
        if (size > MOST) {
            foldLowest();
        }
    }

    int size() {
        return size;
    }

    int bucket(int at) {
        return buckets[at];
    }

    int count(int at) {
        return counts[at];
    }

    void clear() {
        size = 0;
    }

    /** From above: a window's values arrive near its highest as often as near its lowest, and the arrays are short. */
    private int place(int bucket) {
        int at = size;
        while (at > 0 && buckets[at - 1] >= bucket) {
            at--;
        }
        return at;
    }

    private void insert(int at, int bucket, int count) {
        if (size == buckets.length) {
            int room = Math.max(FIRST_ROOM, 2 * size);
            buckets = Arrays.copyOf(buckets, room);
            counts = Arrays.copyOf(counts, room);
        }
        System.arraycopy(buckets, at, buckets, at + 1, size - at);
        System.arraycopy(counts, at, counts, at + 1, size - at);
        buckets[at] = bucket;
        counts[at] = count;
        size++;
    }

    private void foldLowest() {
        counts[1] += counts[0];
        size--;
        System.arraycopy(buckets, 1, buckets, 0, size);
        System.arraycopy(counts, 1, counts, 0, size);
    }
}
