package io.probeline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowsReportTest {
    private static final Measured OURS = measured("probeline", Guarantee.EXACTLY_ONCE, 4_000);
    private static final Measured OURS_AT_LEAST_ONCE = measured("probeline", Guarantee.AT_LEAST_ONCE, 3_000);
    private static final Measured DSL = measured("dsl", Guarantee.EXACTLY_ONCE, 15_800);
    private static final Measured FLINK = measured("flink", Guarantee.EXACTLY_ONCE, 6_400);
    private static final Measured FLINK_AT_LEAST_ONCE = measured("flink", Guarantee.AT_LEAST_ONCE, 6_000);
    private static final Measured LOOP = measured("loop", Guarantee.NONE, 1_000);

    @Test
    void eachStandsBesideOursWithTheSameGuarantee() {
        var lines = report(OURS, OURS_AT_LEAST_ONCE, FLINK, FLINK_AT_LEAST_ONCE, LOOP);
        assertEquals("flink exactly-once 1,000,000 3.20 1.60 2.70 1.80", squeezed(lines.get(4)));
        assertEquals("flink at-least-once 1,000,000 3.00 2.00 2.50 2.50", squeezed(lines.get(5)));
        assertEquals("loop none 1,000,000 0.50 0.25 0.00 0.00", squeezed(lines.get(6)));
    }

    @Test
    void goalsAreHeldAgainstTheExactlyOnceFigures() {
        var lines = report(OURS, OURS_AT_LEAST_ONCE, DSL, FLINK_AT_LEAST_ONCE, FLINK, LOOP);
        var goals = lines.subList(lines.indexOf("goals, exactly-once:") + 1, lines.size());
        assertEquals(
                List.of(
                        "met at most 2.2 CPU-s per million records: 2.00",
                        "MISSED at least 4.0 times less than the plain DSL: 3.95",
                        "met at least 1.5 times less than Flink: 1.60",
                        "MISSED at most 3.0 times the bare loop: 4.00"),
                goals.stream().map(WindowsReportTest::squeezed).toList());
    }

    @Test
    void ofWhatWasNotMeasuredNoGoalIsSaid() {
        var lines = report(LOOP);
        assertEquals("goals, exactly-once:", lines.getLast());
        assertTrue(squeezed(lines.get(2)).endsWith("0.50 0.00"), "no ratio without ours");
    }

    @Test
    void ofSeveralRoundsTheOneInTheMiddleStands() {
        var slow = measured("probeline", Guarantee.EXACTLY_ONCE, 9_000);
        var quick = measured("probeline", Guarantee.EXACTLY_ONCE, 3_900);
        assertEquals(List.of(OURS, LOOP), Measured.middles(List.of(slow, LOOP, OURS, quick)));
        assertEquals(List.of(DSL, OURS), Measured.middles(List.of(DSL, slow, OURS)));
    }

    private static List<String> report(Measured... measured) {
        return new WindowsReport(List.of(measured), 10_000, 2).lines();
    }

    private static Measured measured(String name, Guarantee guarantee, long cpuMillis) {
        return new Measured(
                name, guarantee, 2_000_000, Duration.ofSeconds(2), Duration.ofMillis(cpuMillis), Duration.ofSeconds(1));
    }

    private static String squeezed(String line) {
        return line.strip().replaceAll(" +", " ");
    }
}
