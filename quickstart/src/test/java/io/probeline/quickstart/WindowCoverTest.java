package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.Level;
import io.probeline.record.LineKind;
import io.probeline.record.MetricAggregate;
import io.probeline.record.Priority;
import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptLine;
import io.probeline.record.TranscriptReceipt;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The judge of the transcript sees each way in which windows can be lost, doubled or falsified. */
class WindowCoverTest {
    static {
        // Avro builds our records by name only once a format has told it to.
        var _ = new AvroFormat<>(Topics.TRANSCRIPT, new LocalSchemaRegistry());
    }

    private static final Instant START = Instant.parse("2026-11-22T10:15:00Z");

    private final List<Aggregate> aggregates = new ArrayList<>(List.of(window(0, -70), window(1, -72), window(2, -66)));
    private final List<TranscriptLine> lines = new ArrayList<>(List.of(line(0), line(1), line(2)));
    private final List<TranscriptReceipt> receipts = new ArrayList<>(List.of(
            receipt(0, ReceiptState.MERGED).setMergedInto("l1").build(),
            receipt(1, ReceiptState.WRITTEN)
                    .setWindows(2)
                    .setReceived(100)
                    .setExpected(100)
                    .setMetrics(Map.of("signal_strength", metric(-72, -70, -71, 100, -72)))
                    .build(),
            receipt(2, ReceiptState.WRITTEN)
                    .setWindows(1)
                    .setReceived(50)
                    .setExpected(50)
                    .setMetrics(Map.of("signal_strength", metric(-66, -66, -66, 50, -66)))
                    .build()));
    private Map<String, Long> taken = Map.of(said(1), 1L, said(2), 1L);

    @Test
    void aTrueTranscriptIsTrue() {
        assertEquals(List.of(), violations());
    }

    @Test
    void aLostWindowIsSeen() {
        aggregates.add(window(3, -66));
        seen("is in no line");
    }

    @Test
    void aWindowThatCameAfterTheLineWasMadeIsSeen() {
        aggregates.add(window(1, -50));
        seen("windows: measured 3, said 2");
    }

    @Test
    void aMergeThatForgotIsSeen() {
        receipts.set(0, receipt(0, ReceiptState.MERGED).setMergedInto("l2").build());
        seen("l1 windows: measured 1, said 2");
        seen("l2 signal_strength min: measured -70.0, said -66.0");
    }

    @Test
    void aWrongMeanIsSeen() {
        aggregates.set(2, window(2, -66.001));
        seen("signal_strength avg");
    }

    @Test
    void aLineWithoutReceiptIsSeen() {
        receipts.removeFirst();
        seen("line l0 has 0 receipts");
    }

    @Test
    void whatWasSaidTwiceOrNeverIsSeen() {
        taken = Map.of(said(1), 2L);
        seen("said 2 times");
        seen("said 0 times");
    }

    private void seen(String violation) {
        assertTrue(violations().stream().anyMatch(text -> text.contains(violation)), violations()::toString);
    }

    private List<String> violations() {
        return WindowCover.violations(new WindowCover.History(aggregates, lines, receipts, taken));
    }

    private static String said(int n) {
        return WindowCover.said("call", at(n), "text");
    }

    private static Instant at(int n) {
        return START.plusSeconds(5L * n + 5);
    }

    private static Aggregate window(int n, double value) {
        return Aggregate.newBuilder()
                .setInteractionId("call")
                .setSessionId("session")
                .setDeviceId("washer-17")
                .setKind(AggregateKind.WINDOW)
                .setWindowStart(START.plusSeconds(5L * n))
                .setWindowEnd(at(n))
                .setReceived(50)
                .setExpected(50)
                .setLost(0)
                .setDuplicate(0)
                .setLate(0)
                .setMetrics(Map.of("signal_strength", metric(value, value, value, 50, value)))
                .build();
    }

    private static MetricAggregate metric(double min, double max, double avg, long count, double last) {
        return MetricAggregate.newBuilder()
                .setMin(min)
                .setMax(max)
                .setAvg(avg)
                .setSum(avg * count)
                .setLast(last)
                .setCount(count)
                .setUnit("dBm")
                .setLevel(Level.OK)
                .build();
    }

    private static TranscriptLine line(int n) {
        return TranscriptLine.newBuilder()
                .setLineId("l" + n)
                .setInteractionId("call")
                .setSessionId("session")
                .setDeviceId("washer-17")
                .setKind(LineKind.UPDATE)
                .setPriority(Priority.SUMMARY)
                .setAt(at(n))
                .setWindowStart(START.plusSeconds(5L * n))
                .setWindowEnd(at(n))
                .build();
    }

    private static TranscriptReceipt.Builder receipt(int n, ReceiptState state) {
        return TranscriptReceipt.newBuilder()
                .setLineId("l" + n)
                .setInteractionId("call")
                .setState(state)
                .setText("text")
                .setAttempts(1)
                .setAt(at(n));
    }
}
