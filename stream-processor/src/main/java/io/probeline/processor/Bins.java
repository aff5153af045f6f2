package io.probeline.processor;

import java.util.Arrays;

/**
 * How many values fell into each bucket: few and near each other, so a sorted array serves. Bucket and count share a number, since what a value costs here is mostly
 * how many places in memory it touches.
 */
final class Bins {
    /** A window of sane values needs tens; beyond this the lowest two become one, so that the low quantiles suffer and not the high ones. */
    static final int MOST = 256;

    private static final int FIRST_ROOM = 8;

    /** The bucket in the high half, its count in the low one. */
    private long[] bins = {};

    private int size;

    void add(int bucket) {
        add(bucket, 1);
    }

    void add(int bucket, int count) {
        int at = place(bucket);
        if (at < size && bucket(at) == bucket) {
            bins[at] += count;
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
        return (int) (bins[at] >> Integer.SIZE);
    }

    int count(int at) {
        return (int) bins[at];
    }

    void clear() {
        size = 0;
    }

    /** From above: a window's values arrive near its highest as often as near its lowest, and the arrays are short. */
    private int place(int bucket) {
        int at = size;
        while (at > 0 && bucket(at - 1) >= bucket) {
            at--;
        }
        return at;
    }

    private void insert(int at, int bucket, int count) {
        if (size == bins.length) {
            bins = Arrays.copyOf(bins, Math.max(FIRST_ROOM, 2 * size));
        }
        System.arraycopy(bins, at, bins, at + 1, size - at);
        bins[at] = ((long) bucket << Integer.SIZE) | count;
        size++;
    }

    /** Into the next one. */
    private void foldLowest() {
        bins[1] += count(0);
        size--;
        System.arraycopy(bins, 1, bins, 0, size);
    }
}
