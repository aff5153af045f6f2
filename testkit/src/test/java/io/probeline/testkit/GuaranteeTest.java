package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.probeline.testkit.CommandHistory.Accepted;
import io.probeline.testkit.CommandHistory.NotSent;
import io.probeline.testkit.CommandHistory.Settled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each judge passes a history that keeps its promise, and catches one that breaks it. */
class GuaranteeTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private final List<Accepted> accepted = new ArrayList<>();
    private final List<Settled> settled = new ArrayList<>();
    private final List<NotSent> notSent = new ArrayList<>();
    private final List<Wire> wire = new ArrayList<>();

    @Test
    void aGoodHistoryPasses() {
        accept("a", 0, 1);
        accept("b", 2, 3);
        sent("a", 1);
        result("a");
        sent("b", 1);
        cut();
        sent("b", 2);
        result("b");
        settled.add(new Settled("a", "ok"));
        settled.add(new Settled("b", "ok"));
        history().verify(Guarantee.all());
    }

    @Test
    void concurrentRequestsMayComeInEitherOrder() {
        accept("a", 0, 5);
        accept("b", 1, 4);
        sent("b", 1);
        result("b");
        sent("a", 1);
        assertEquals(List.of(), new Guarantee.InOrder().violations(history()));
    }

    @Test
    void anOutcomeIsMissedOrDoubledOrInvented() {
        accept("a", 0, 1);
        accept("b", 2, 3);
        settled.add(new Settled("b", "ok"));
        settled.add(new Settled("b", "error"));
        settled.add(new Settled("c", "ok"));
        assertEquals(3, new Guarantee.OneOutcomeEach().violations(history()).size());
    }

    @Test
    void theSameAttemptTwiceIsCaught() {
        accept("a", 0, 1);
        sent("a", 1);
        cut();
        sent("a", 1);
        assertEquals(1, new Guarantee.RunOnce().violations(history()).size());
    }

    @Test
    void aRebootThatIsSentAgainIsCaughtWhateverItsAttempt() {
        wire.add(new Wire.Command(
                stamp(), "d", 1, new DeviceCommand("r", "reboot_module", params(), 1, deadline()), true));
        wire.add(new Wire.Command(
                stamp(), "d", 2, new DeviceCommand("r", "reboot_module", params(), 2, deadline()), true));
        assertEquals(1, new Guarantee.RunOnce().violations(history()).size());
    }

    @Test
    void whatComesOverAClosedSessionReachedNoDevice() {
        sent("a", 1);
        wire.add(new Wire.Command(
                stamp(), "d", 1, new DeviceCommand("a", "ping_latency", params(), 1, deadline()), false));
        assertEquals(List.of(), new Guarantee.RunOnce().violations(history()));
    }

    @Test
    void overtakingIsCaught() {
        accept("a", 0, 1);
        accept("b", 2, 3);
        accept("c", 4, 5);
        sent("b", 1);
        sent("c", 1);
        sent("a", 1);
        assertEquals(2, new Guarantee.InOrder().violations(history()).size());
    }

    /** Of two requests that overlap, HTTP's answers don't tell which is first. */
    @Test
    void theTopicTellsTheOrderOfConcurrentRequests() {
        accept("a", 0, 5);
        accept("b", 1, 4);
        accept("c", 2, 6);
        sent("b", 1);
        sent("a", 1);
        sent("a", 2);
        sent("c", 1);
        assertEquals(List.of(), new Guarantee.InOrder().violations(history()));
        assertEquals(List.of(), topicOrder("b", "x", "a", "c"));
        assertEquals(1, topicOrder("a", "b", "c").size());
        assertEquals(1, topicOrder("b", "c", "a").size());
        assertEquals(1, topicOrder("b", "a").size(), "what is in no topic was sent");
    }

    private List<String> topicOrder(String... ids) {
        return new Guarantee.TopicOrder(Map.of("d", List.of(ids))).violations(history());
    }

    @Test
    void whatADeviceRanTwiceIsCaught() {
        assertEquals(List.of(), new Guarantee.RanOnce(Map.of("d", List.of("a", "b"))).violations(history()));
        assertEquals(
                1,
                new Guarantee.RanOnce(Map.of("d", List.of("a", "b", "a")))
                        .violations(history())
                        .size());
    }

    @Test
    void twoInFlightIsCaught() {
        sent("a", 1);
        sent("b", 1);
        assertEquals(1, new Guarantee.OneInFlight().violations(history()).size());
    }

    @Test
    void theNextAfterADeadlineIsNoSecondInFlight() {
        wire.add(new Wire.Command(stamp(), "d", 1, new DeviceCommand("a", "ping_latency", params(), 1, START), true));
        sent("b", 1);
        assertEquals(List.of(), new Guarantee.OneInFlight().violations(history()));
    }

    @Test
    void aCommandThatWasNotSentIsSeen() {
        notSent.add(new NotSent("a", 9));
        sent("a", 1);
        assertEquals(1, new Guarantee.NotSentIsNotSent().violations(history()).size());
    }

    @Test
    void whatNobodyAskedForIsCaught() {
        sent("a", 1);
        wire.add(new Wire.Unreadable(stamp(), "d", 1, "{}", "no type"));
        assertEquals(2, new Guarantee.NothingInvented().violations(history()).size());
    }

    @Test
    void aProbeBelongsToTheCommandThatItIsAbout() {
        accept("a", 0, 1);
        sent("probe.a.1-1", 1);
        sent("probe.b.1-1", 1);
        assertEquals(1, new Guarantee.NothingInvented().violations(history()).size());
    }

    @Test
    void verifyNamesTheGuaranteeThatWasBroken() {
        sent("a", 1);
        var error = assertThrows(AssertionError.class, () -> history().verify(new Guarantee.NothingInvented()));
        assertEquals("1 violations\nNothingInvented: a was sent and never accepted", error.getMessage());
    }

    private CommandHistory history() {
        return new CommandHistory(accepted, settled, notSent, wire, Set.of("reboot_module"));
    }

    private void accept(String id, long asked, long answered) {
        accepted.add(new Accepted(id, "d", "ping_latency", asked, answered));
    }

    private void sent(String id, int attempt) {
        wire.add(new Wire.Command(
                stamp(), "d", 1, new DeviceCommand(id, "ping_latency", params(), attempt, deadline()), true));
    }

    private void result(String id) {
        wire.add(
                new Wire.Said(stamp(), "d", 1, "{\"type\":\"result\",\"commandId\":\"" + id + "\",\"status\":\"ok\"}"));
    }

    private void cut() {
        wire.add(new Wire.Disconnected(stamp(), "d", 1, 1006, "", true, 0));
    }

    private Wire.Stamp stamp() {
        return new Wire.Stamp(wire.size() + 1L, wire.size(), START.plusMillis(wire.size()));
    }

    private static Instant deadline() {
        return START.plusSeconds(10);
    }

    private static com.fasterxml.jackson.databind.JsonNode params() {
        return JsonNodeFactory.instance.objectNode();
    }
}
