package io.probeline.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the state of this many interactions costs.
 *
 * @param stopped from the start of a process until it is ready, after another one was stopped in order: it reads all state back
 * @param killed the same after another one was killed, whose session and transaction must end first
 */
record StateFigures(int interactions, Held held, Duration stopped, Duration killed) {
    /**
     * Of the process that made the state.
     *
     * @param heap bytes of its heap that the interactions take
     * @param puts records into the changelog
     * @param bytes of those records, before compression
     * @param disk bytes that the changelog takes at the broker
     * @param time how long the load was
     * @param behind how much later than due its last frames were written
     * @param empty from its start until it was ready
     */
    record Held(double heap, double puts, double bytes, double disk, Duration time, Duration behind, Duration empty) {}

    /** Bytes, of one. */
    double heapEach() {
        return held.heap() / interactions;
    }

    /** Of one in a second. */
    double putsEach() {
        return each(held.puts());
    }

    double bytesEach() {
        return each(held.bytes());
    }

    double diskEach() {
        return each(held.disk());
    }

    /** What reading the state back adds to the start, in milliseconds for a thousand. */
    double restoreOfThousand() {
        return stopped.minus(held.empty()).toMillis() * 1000.0 / interactions;
    }

    private double each(double all) {
        return all / interactions / (held.time().toMillis() / 1000.0);
    }

    /** A table, and how much dearer one interaction is among the most than among the fewest. */
    static List<String> report(List<StateFigures> all) {
        var lines = new ArrayList<String>();
        lines.add(row("", "heap", "changelog", "", "", "ready", "after", "after", "restore of"));
        lines.add(row(
                "interactions",
                "KiB each",
                "puts/s each",
                "bytes/s each",
                "on disk",
                "empty",
                "stop",
                "kill",
                "1,000, ms"));
        for (var one : all) {
            lines.add(row(
                    number("%,.0f", one.interactions),
                    number("%.2f", one.heapEach() / 1024),
                    number("%.2f", one.putsEach()),
                    number("%.0f", one.bytesEach()),
                    number("%.0f", one.diskEach()),
                    seconds(one.held.empty()),
                    seconds(one.stopped),
                    seconds(one.killed),
                    number("%.0f", one.restoreOfThousand())));
        }
        var fewest = all.getFirst();
        var most = all.getLast();
        lines.add(row(
                number("x %.0f", (double) most.interactions / fewest.interactions),
                ratio(most.heapEach(), fewest.heapEach()),
                ratio(most.putsEach(), fewest.putsEach()),
                ratio(most.bytesEach(), fewest.bytesEach()),
                ratio(most.diskEach(), fewest.diskEach()),
                "",
                "",
                "",
                ""));
        lines.add("The last line: one among the most, times one among the fewest; 1 is linear growth.");
        for (var one : all) {
            lines.add(number("%,.0f interactions: ", one.interactions)
                    + number("%.1f s of load, ", one.held.time().toMillis() / 1e3) + "its last frames "
                    + seconds(one.held.behind())
                    + " behind real time");
        }
        return lines;
    }

    private static String row(String... cells) {
        return String.format(Locale.ROOT, "%12s %12s %14s %14s %14s %10s %10s %10s %12s", (Object[]) cells);
    }

    private static String ratio(double one, double other) {
        return number("%.2f", one / other);
    }

    private static String seconds(Duration time) {
        return number("%.1f s", time.toMillis() / 1000.0);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
