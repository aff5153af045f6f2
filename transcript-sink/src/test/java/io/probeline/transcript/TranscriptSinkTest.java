package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Outcome;
import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.LineTexts;
import io.probeline.schemas.Topics;
import io.probeline.testkit.Await;
import io.probeline.testkit.GenesysMessage;
import io.probeline.transcript.SinkConfig.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole sink against a real broker, a real registry and a Genesys with its quota. */
@ExtendWith(SharedSite.class)
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class TranscriptSinkTest {
    private final LineTexts texts = LineTexts.shipped();
    private final SinkSite site;
    private String call = "";

    TranscriptSinkTest(SinkSite site) {
        this.site = site;
    }

    @BeforeEach
    void fresh() throws Exception {
        site.fresh();
        call = site.call(0);
    }

    @Test
    void linesAreSaidInOrderAndReceipted() {
        var given = List.of(Lines.update(call, 0), Lines.lost(call, 1), Lines.result(call, 2), Lines.ended(call, 3));
        try (var _ = site.sink(Target.TRANSCRIPT)) {
            given.forEach(site::say);
            var states = site.settled(given);
            assertEquals(given.size(), site.genesys.messages(call).size());
            assertTrue(states.values().stream().allMatch(ReceiptState.WRITTEN::equals), states.toString());
        }
        var said =
                site.genesys.messages(call).stream().map(GenesysMessage::text).toList();
        assertTrue(said.contains(texts.say(Lines.lost(call, 1))), said.toString());
        assertEquals(1, site.genesys.tokensIssued());
    }

    @Test
    void attributesHoldTheNewestStateInFewKeys() {
        var given = List.of(Lines.update(call, 0), Lines.lost(call, 1), Lines.result(call, 2));
        try (var _ = site.sink(Target.PARTICIPANT_ATTRIBUTES)) {
            given.forEach(site::say);
            site.settled(given);
        }
        var kept = site.genesys.attributes(call);
        assertEquals(
                Map.of(
                        "conversationDetails.participantData.Diagnostics",
                        "longtext:" + texts.say(given.get(0)),
                        "conversationDetails.participantData.Diagnostics alert",
                        "longtext:" + texts.say(given.get(1)),
                        "conversationDetails.participantData.Diagnostics result",
                        "longtext:" + texts.say(given.get(2)),
                        "probeline.line.summary",
                        given.get(0).getLineId(),
                        "probeline.line.alarm",
                        given.get(1).getLineId(),
                        "probeline.line.result",
                        given.get(2).getLineId()),
                kept);
    }

    @Test
    void anAlertThatIsOverIsNewsOfTheAlert() {
        var over = TranscriptLine.newBuilder(Lines.update(call, 0))
                .setReason("alert_cleared")
                .build();
        try (var _ = site.sink(Target.PARTICIPANT_ATTRIBUTES)) {
            site.say(over);
            site.settled(List.of(over));
        }
        assertEquals(
                "longtext:" + texts.say(over),
                site.genesys.attributes(call).get("conversationDetails.participantData.Diagnostics alert"));
    }

    @Test
    void aSecretIsInNoTranscriptAndNoReceipt() {
        var line = TranscriptLine.newBuilder(Lines.result(call, 0))
                .setOutcome(Outcome.ERROR)
                .setData("{\"deviceSecret\":\"CANARY\",\"version\":\"2.4.1\"}")
                .setMessage("token=CANARY was refused")
                .build();
        try (var sink = site.sink(Target.TRANSCRIPT)) {
            site.say(line);
            site.settled(List.of(line));
            assertTrue(site.receipts(List.of(line)).toString().contains("Version: 2.4.1"));
            assertFalse(site.receipts(List.of(line)).toString().contains("CANARY"));
            assertFalse(site.genesys.messages(call).toString().contains("CANARY"));
            assertFalse(site.admin(sink, "/metrics").contains("genesys-secret"));
        }
    }

    @Test
    void whatIsNoLineIsADeadLetterAndHoldsNothingUp() {
        var line = Lines.update(call, 0);
        int letters = site.all(Topics.DEAD_LETTERS).size();
        try (var _ = site.sink(Target.TRANSCRIPT)) {
            site.raw(call, "no avro".getBytes(StandardCharsets.UTF_8));
            site.say(line);
            site.settled(List.of(line));
            Await.until(
                    "a dead letter",
                    SinkSite.SOON,
                    () -> site.all(Topics.DEAD_LETTERS).size() == letters + 1);
        }
    }

    @Test
    void anotherStartSaysNothingAgain() {
        var before = lines(0, 20);
        var after = lines(20, 30);
        try (var _ = site.sink(Target.TRANSCRIPT)) {
            before.forEach(site::say);
            site.settled(before);
        }
        int said = site.genesys.allMessages().size();
        try (var _ = site.sink(Target.TRANSCRIPT)) {
            after.forEach(site::say);
            site.settled(after);
        }
        assertTrue(site.genesys.allMessages().size() <= said + after.size());
        before.addAll(after);
        site.settled(before);
    }

    private List<TranscriptLine> lines(int from, int to) {
        var lines = new ArrayList<TranscriptLine>();
        IntStream.range(from, to).forEach(n -> lines.add(Lines.update(site.call(n % 5), n)));
        return lines;
    }
}
