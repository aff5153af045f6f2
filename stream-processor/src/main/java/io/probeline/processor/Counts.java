package io.probeline.processor;

import java.util.OptionalLong;

/** What came and what did not, over some time. */
final class Counts {
    private long received;
    private long expected;
    private long lost;
    private long duplicate;
    private long late;
    private boolean skewed;
    private long skew;

    Counts() {}

    Counts(long received, long expected, long lost, long duplicate, long late, OptionalLong skew) {
        this.received = received;
        this.expected = expected;
        this.lost = lost;
        this.duplicate = duplicate;
        this.late = late;
        skew.ifPresent(this::skew);
    }

    void received(int frames) {
        received += frames;
    }

    void late() {
        late++;
    }

    void missed(long lost, long duplicate) {
        this.lost += lost;
        this.duplicate += duplicate;
    }

    void skew(long millis) {
        skewed = true;
        skew = millis;
    }

    /** Takes in a window that has closed. */
    void merge(Counts later, long laterExpected) {
        received += later.received;
        expected += laterExpected;
        lost += later.lost;
        duplicate += later.duplicate;
        late += later.late;
        if (later.skewed) {
            skew(later.skew);
        }
    }

    void clear() {
        received = 0;
        expected = 0;
        lost = 0;
        duplicate = 0;
        late = 0;
        skewed = false;
    }

    boolean nothing() {
        return received + lost + duplicate + late == 0;
    }

    long receivedCount() {
        return received;
    }

    /** Of closed windows only: an open one does not know its end. */
    long expectedCount() {
        return expected;
    }

    long lostCount() {
        return lost;
    }

    long duplicateCount() {
        return duplicate;
    }

    long lateCount() {
        return late;
    }

    OptionalLong skewMillis() {
        return skewed ? OptionalLong.of(skew) : OptionalLong.empty();
    }
}
