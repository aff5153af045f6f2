package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.QueuedCommand.Stage;
import io.probeline.record.DeviceEvent;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.Outcome;
import io.probeline.record.RequestKind;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The queue of a session, told by two topics in any order. */
class CommandQueueTest {
    private static final SharedSite.Session SESSION =
            new SharedSite.Session("interaction", "device", "S1", new Client.Reply(202, java.util.Map.of(), ""));

    private final CommandQueue two = CommandQueue.EMPTY.accepted(command("a")).accepted(command("b"));

    /** Avro copies only what the formats have vouched for. */
    @BeforeAll
    static void trust() {
        var _ = new AvroFormat<>(Topics.AUDIT, new LocalSchemaRegistry());
    }

    @Test
    void keepsTheOrderOfAcceptance() {
        assertEquals(List.of("a", "b"), ids(two));
        assertEquals(two, two.accepted(command("a")));
    }

    @Test
    void goesThroughItsStages() {
        var sent = two.on(event(DeviceEventKind.COMMAND_SENT, "a"));
        assertEquals(Stage.SENT, sent.find("a").orElseThrow().stage());
        var acknowledged = sent.on(event(DeviceEventKind.COMMAND_ACKNOWLEDGED, "a"));
        assertEquals(Stage.ACKNOWLEDGED, acknowledged.find("a").orElseThrow().stage());
        assertEquals(acknowledged, acknowledged.on(event(DeviceEventKind.COMMAND_PROGRESS, "a")));
        var done = acknowledged.on(event(DeviceEventKind.COMMAND_DONE, "a"));
        assertEquals(List.of("b"), ids(done));
        assertEquals("a", done.results().getFirst().commandId());
        assertEquals(done, done.on(event(DeviceEventKind.COMMAND_SENT, "a")), "a late word");
        assertEquals(done, done.accepted(command("a")), "a late record");
    }

    @Test
    void aLateResultChangesNothing() {
        var done = two.on(event(DeviceEventKind.COMMAND_DONE, "a"));
        assertEquals(done, done.on(event(DeviceEventKind.COMMAND_LATE, "a")));
        assertEquals(two, two.on(event(DeviceEventKind.COMMAND_LATE, "b")));
    }

    @Test
    void whoseOutcomeIsInDoubtStaysInFrontAndSaysSo() {
        var doubted = two.on(event(DeviceEventKind.COMMAND_SENT, "b"))
                .on(DeviceEvent.newBuilder(event(DeviceEventKind.COMMAND_WAITING, "b"))
                        .setReason("outcome_unknown")
                        .build());
        assertEquals(List.of("b", "a"), ids(doubted));
        var command = doubted.find("b").orElseThrow();
        assertEquals(Stage.SENT, command.stage());
        assertEquals("outcome_unknown", command.waitingFor());
    }

    @Test
    void whatRunsStandsInFront() {
        assertEquals(List.of("b", "a"), ids(two.on(event(DeviceEventKind.COMMAND_SENT, "b"))));
    }

    @Test
    void takesTheEventBeforeTheRecord() {
        var sent = CommandQueue.EMPTY.on(event(DeviceEventKind.COMMAND_SENT, "a"));
        assertEquals(List.of("a"), ids(sent));
        var accepted = sent.accepted(command("a"));
        assertEquals("{}", accepted.find("a").orElseThrow().params());
        assertEquals(Stage.SENT, accepted.find("a").orElseThrow().stage());
        var done =
                CommandQueue.EMPTY.on(event(DeviceEventKind.COMMAND_DONE, "a")).accepted(command("a"));
        assertEquals(List.of(), ids(done));
    }

    @Test
    void saysWhatTheFirstWaitsFor() {
        var waiting = two.on(DeviceEvent.newBuilder(event(DeviceEventKind.COMMAND_WAITING, "a"))
                .setReason("device_lost")
                .build());
        assertEquals("device_lost", waiting.find("a").orElseThrow().waitingFor());
        assertEquals(
                null,
                waiting.on(event(DeviceEventKind.COMMAND_SENT, "a"))
                        .find("a")
                        .orElseThrow()
                        .waitingFor());
    }

    @Test
    void theFirstOutcomeStands() {
        var done = two.on(outcome("a", Outcome.OK)).on(outcome("b", Outcome.OK));
        assertEquals(done, done.on(outcome("a", Outcome.UNKNOWN)));
        assertEquals(
                List.of(Outcome.OK, Outcome.OK),
                done.results().stream().map(CommandQueue.Result::outcome).toList());
    }

    /** The two bridges' words stand side by side in the topic; whoever watches hears one. */
    @Test
    void ofACommandThatIsOverNothingMoreIsTold() {
        var view = SessionView.asked(DeviceStandingTest.request(RequestKind.OPEN, "S1", 1))
                .with(two);
        var first = Fold.on(view, outcome("a", Outcome.OK));
        assertEquals(1, first.events().size());
        for (var late : List.of(
                outcome("a", Outcome.UNKNOWN),
                event(DeviceEventKind.COMMAND_SENT, "a"),
                event(DeviceEventKind.COMMAND_ACKNOWLEDGED, "a"))) {
            assertEquals(new Fold(first.view(), List.of(), false), Fold.on(first.view(), late));
        }
    }

    @Test
    void showsTheLastResultsOnly() {
        var queue = CommandQueue.EMPTY;
        for (int i = 0; i < 50; i++) {
            queue = queue.accepted(command("c" + i)).on(event(DeviceEventKind.COMMAND_DONE, "c" + i));
        }
        assertEquals(CommandQueue.RESULTS, queue.results().size());
        assertEquals("c49", queue.results().getFirst().commandId());
        assertTrue(queue.knows("c0"));
    }

    private static QueuedCommand command(String id) {
        return QueuedCommand.accepted(id, "ping_latency", "{}");
    }

    private static DeviceEvent event(DeviceEventKind kind, String id) {
        return Records.command(SESSION, kind, id, "ping_latency");
    }

    private static DeviceEvent outcome(String id, Outcome outcome) {
        return DeviceEvent.newBuilder(event(DeviceEventKind.COMMAND_DONE, id))
                .setOutcome(outcome)
                .build();
    }

    private static List<String> ids(CommandQueue queue) {
        return queue.waiting().stream().map(QueuedCommand::commandId).toList();
    }
}
