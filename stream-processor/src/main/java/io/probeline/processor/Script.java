package io.probeline.processor;

import io.probeline.processor.AlertTracker.Change;
import io.probeline.record.Level;
import org.jspecify.annotations.Nullable;

/** What the next UPDATE line of a session has to cover and to say besides its metrics. */
final class Script {
    /** Why a line is said; of several, the worst level speaks. */
    record Remark(
            String reason,
            Level level,
            @Nullable String command,
            @Nullable String message) {
        static Remark of(Change change, Metric metric) {
            boolean over = change == Change.CLEARED;
            var title = metric.rule().title().equals("*")
                    ? metric.name()
                    : metric.rule().title();
            return new Remark(
                    switch (change) {
                        case CLEARED -> "alert_cleared";
                        case LEVEL -> "alert_level";
                        case RAISED, NONE -> "alert_raised";
                    },
                    metric.level(),
                    over ? null : metric.rule().suggests().orElse(null),
                    over ? title + " is normal again." : metric.message());
        }

        boolean urgent() {
            return level == Level.CRITICAL;
        }
    }

    private boolean begun;
    private long start;
    private long end;
    private int windows;
    private long received;
    private long expected;
    private long lost;
    private @Nullable Remark remark;

    Script() {}

    Script(boolean begun, long start, long end, int windows, long received, long expected, long lost) {
        this.begun = begun;
        this.start = start;
        this.end = end;
        this.windows = windows;
        this.received = received;
        this.expected = expected;
        this.lost = lost;
    }

    /** Adds a closed window. Both lengths see the same frames, so only one of them is counted. */
    void cover(Window window, long windowExpected, boolean counted) {
        start = windows == 0 ? window.start() : Math.min(start, window.start());
        end = windows == 0 ? window.end() : Math.max(end, window.end());
        windows++;
        if (counted) {
            received += window.counts().receivedCount();
            expected += windowExpected;
            lost += window.counts().lostCount();
        }
    }

    void remark(Remark made) {
        if (remark == null || made.level().compareTo(remark.level()) > 0) {
            remark = made;
        }
    }

    @Nullable
    Remark remark() {
        return remark;
    }

    /** The line has been said. */
    void next() {
        begun = true;
        clear();
    }

    /** Forgets what was covered without saying it. */
    void clear() {
        start = 0;
        end = 0;
        windows = 0;
        received = 0;
        expected = 0;
        lost = 0;
        remark = null;
    }

    /** Whether an UPDATE line has been said in this session. */
    boolean begun() {
        return begun;
    }

    long start() {
        return start;
    }

    long end() {
        return end;
    }

    int windows() {
        return windows;
    }

    long received() {
        return received;
    }

    long expected() {
        return expected;
    }

    long lost() {
        return lost;
    }
}
