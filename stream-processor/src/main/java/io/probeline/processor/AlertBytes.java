package io.probeline.processor;

import io.probeline.record.Level;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** A metric's alert in the changelog, within an {@link InteractionCodec interaction}. One that never was is a few bytes. */
final class AlertBytes {
    /** The first version of an interaction that has trends and flaps. */
    private static final int WITH_TRENDS = 3;

    private AlertBytes() {}

    static void write(AlertTracker alert, StateOutput out) {
        write(alert.value(), out);
        StateBytes.writeLevel(alert.level(), out);
        StateBytes.writeLevel(alert.highest(), out);
        out.writeLong(alert.since());
        out.writeDouble(alert.decided());
        out.writeByte(code(alert.by()));
        StateBytes.writeCount(alert.clearedAt(), out);
        write(alert.flaps(), out);
        write(alert.trends(), out);
    }

    static AlertTracker tracker(int version, DataInputStream in) throws IOException {
        var value = grade(in);
        var level = StateBytes.level(in);
        var highest = StateBytes.level(in);
        long since = in.readLong();
        double decided = in.readDouble();
        return version < WITH_TRENDS
                ? before(value, level, highest, since, decided)
                : now(value, level, highest, since, decided, in);
    }

    private static AlertTracker before(Grade value, Level level, Level highest, long since, double decided) {
        return new AlertTracker(value, new Flaps(), null, level, highest, Gauge.VALUE, decided, since, 0);
    }

    private static AlertTracker now(
            Grade value, Level level, Level highest, long since, double decided, DataInputStream in)
            throws IOException {
        var by = gauge(in);
        long clearedAt = StateBytes.count(in);
        var flaps = flaps(in);
        return new AlertTracker(value, flaps, trends(in), level, highest, by, decided, since, clearedAt);
    }

    private static void write(Flaps flaps, StateOutput out) {
        StateBytes.writeCount(flaps.rises().size(), out);
        for (long rise : flaps.rises()) {
            out.writeLong(rise);
        }
        StateBytes.writeCount(flaps.betterSince(), out);
    }

    private static Flaps flaps(DataInputStream in) throws IOException {
        var rises = new ArrayList<Long>();
        for (long left = StateBytes.count(in); left > 0; left--) {
            rises.add(in.readLong());
        }
        return new Flaps(rises, StateBytes.count(in));
    }

    private static void write(@Nullable Trends trends, StateOutput out) {
        out.writeBoolean(trends != null);
        if (trends != null) {
            StateBytes.writeCount(trends.recent().points().size(), out);
            for (var point : trends.recent().points()) {
                out.writeLong(point.windowStart());
                out.writeDouble(point.value());
            }
            write(trends.rise(), out);
            write(trends.fall(), out);
        }
    }

    private static @Nullable Trends trends(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        var recent = new Recent();
        for (long left = StateBytes.count(in); left > 0; left--) {
            recent.add(in.readLong(), in.readDouble());
        }
        return new Trends(recent, grade(in), grade(in));
    }

    private static byte code(Gauge gauge) {
        return switch (gauge) {
            case VALUE -> 0;
            case RISE -> 1;
            case FALL -> 2;
        };
    }

    private static Gauge gauge(DataInputStream in) throws IOException {
        byte code = in.readByte();
        return switch (code) {
            case 0 -> Gauge.VALUE;
            case 1 -> Gauge.RISE;
            case 2 -> Gauge.FALL;
            default -> throw new IOException("no gauge has the code " + code);
        };
    }

    private static void write(Grade grade, StateOutput out) {
        write(grade.warn(), out);
        write(grade.critical(), out);
    }

    private static Grade grade(DataInputStream in) throws IOException {
        return new Grade(latch(in), latch(in));
    }

    private static void write(Latch latch, StateOutput out) {
        out.writeBoolean(latch.on());
        StateBytes.writeCount(latch.streak(), out);
        if (latch.streak() > 0) {
            out.writeLong(latch.since());
        }
    }

    private static Latch latch(DataInputStream in) throws IOException {
        boolean on = in.readBoolean();
        int streak = (int) StateBytes.count(in);
        return new Latch(on, streak, streak > 0 ? in.readLong() : 0);
    }
}
