package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptLine;
import io.probeline.runtime.Running;
import io.probeline.testkit.Await;
import io.probeline.testkit.GenesysFault;
import io.probeline.testkit.GenesysFaults;
import io.probeline.testkit.GenesysMessage;
import io.probeline.transcript.SinkConfig.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is promised when sinks are killed, Genesys fails after it has taken a line, and instances come and go. */
@ExtendWith(SharedSite.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SinkFaultsTest {
    private static final long SEED = Long.getLong("seed", 17);
    private static final int CALLS = 12;

    private final List<TranscriptLine> given = new ArrayList<>();
    private final SinkSite site;

    SinkFaultsTest(SinkSite site) {
        this.site = site;
    }

    @BeforeEach
    void fresh() throws Exception {
        System.out.println("seed " + SEED);
        site.fresh();
    }

    @Test
    void killedAgainAndAgainNothingIsSaidTwiceWhereItCanBeRead() {
        site.genesys.limit(6_000);
        site.genesys
                .faults()
                .fraction(
                        0.1,
                        SEED,
                        GenesysFaults.path("attributes"),
                        new GenesysFault.CommitThen(new GenesysFault.Status(500)));
        killedWhileSaying(Target.PARTICIPANT_ATTRIBUTES);
        var written = site.genesys.writes().stream()
                .flatMap(write -> write.attributes().entrySet().stream())
                .filter(attribute -> attribute.getKey().startsWith(ParticipantAttributes.LINE))
                .collect(Collectors.groupingBy(Map.Entry::getValue, Collectors.counting()));
        var twice = written.entrySet().stream().filter(e -> e.getValue() > 1).toList();
        assertTrue(twice.isEmpty(), twice::toString);
        site.settled(given)
                .forEach((id, state) -> assertEquals(
                        state == ReceiptState.WRITTEN, written.containsKey(id), () -> id + " is " + state + trace(id)));
    }

    @Test
    void killedAgainAndAgainNothingIsMissingWhereItCanNotBeRead() {
        site.genesys.limit(6_000);
        site.genesys
                .faults()
                .fraction(
                        0.1,
                        SEED,
                        GenesysFaults.path("messages"),
                        new GenesysFault.CommitThen(new GenesysFault.Status(500)));
        killedWhileSaying(Target.TRANSCRIPT);
        var said = new SaidLines(given, site.receipts(given), site.genesys.allMessages());
        assertEquals(List.of(), said.missing());
        assertEquals(List.of(), said.doubledForNothing());
    }

    @Test
    void instancesComeAndGoAndNothingIsSaidTwice() {
        site.genesys.limit(6_000);
        try (var first = site.sink(Target.TRANSCRIPT)) {
            round(0);
            try (var second = site.sink(Target.TRANSCRIPT)) {
                shares(first, second);
                round(1);
                round(2);
            }
            round(3);
            site.settled(given);
        }
        assertEquals(List.of(), saidTwice());
    }

    @Test
    void aFullBacklogStopsTheReadingAndTheHealthSaysWhy() {
        var refusing = site.genesys.faults().always(GenesysFaults.path("messages"), new GenesysFault.RetryAfter("1"));
        for (int n = 0; n < 1_000; n++) {
            given.add(Lines.update(site.call(n % 7), n));
        }
        site.say(given);
        try (var sink = site.sink(Target.TRANSCRIPT, 50)) {
            Await.until("the reading to stop", SinkSite.SOON, () -> paused(sink));
            Await.until(
                    "the reason",
                    SinkSite.SOON,
                    () -> site.admin(sink, "/health/ready").contains("Genesys answers 429 until "));
            refusing.lift();
            site.settled(given);
            Await.equal(
                    "health",
                    SinkSite.SOON,
                    "{\"status\":\"UP\",\"troubles\":{}}",
                    () -> site.admin(sink, "/health/ready"));
        }
        assertTrue(site.genesys.allMessages().size() < 100, "merged");
    }

    /** Kafka keeps a partition paused that stays where it is, whoever comes. */
    @Test
    void oneWhoComesWhileTheReadingIsStoppedStopsItForNobody() {
        site.genesys.limit(6_000);
        var refusing = site.genesys.faults().always(GenesysFaults.path("messages"), new GenesysFault.RetryAfter("1"));
        updates(0, 480);
        // So that there is room again as soon as half of the partitions are another's.
        try (var first = site.sink(Target.TRANSCRIPT, 400)) {
            Await.until("the reading to stop", SinkSite.SOON, () -> paused(first));
            try (var second = site.sink(Target.TRANSCRIPT)) {
                shares(first, second);
                updates(480, 600);
                refusing.lift();
                site.settled(given);
            }
        }
    }

    private void updates(int from, int until) {
        for (int n = from; n < until; n++) {
            given.add(Lines.update(site.call(n % 24), n));
        }
        site.say(given.subList(from, until));
    }

    private boolean paused(Running sink) {
        return site.admin(sink, "/metrics").contains("probeline_transcript_paused{service=\"transcript-sink\"} 1.0");
    }

    /** Rounds of lines while the sink is killed, in the middle of what it says, after each. */
    private void killedWhileSaying(Target target) {
        for (int n = 0; n < 3; n++) {
            var sink = site.sink(target);
            int before = site.said();
            round(n);
            Await.until("half a round to be said", SinkSite.SOON, () -> site.said() > before + CALLS);
            sink.part(SinkLoop.class).orElseThrow().kill();
            sink.close();
        }
        try (var _ = site.sink(target)) {
            for (int call = 0; call < CALLS; call++) {
                say(Lines.ended(site.call(call), 5));
            }
            site.settled(given);
        }
    }

    private void round(int n) {
        for (int call = 0; call < CALLS; call++) {
            say(Lines.update(site.call(call), n));
            say(Lines.lost(site.call(call), n));
            say(Lines.result(site.call(call), n));
        }
    }

    private void say(TranscriptLine line) {
        given.add(line);
        site.say(line);
    }

    private static void shares(Running first, Running second) {
        var sinks = List.of(first, second);
        Await.until(
                "both to have their share",
                SinkSite.SOON,
                () -> sinks.stream()
                        .allMatch(
                                sink -> sink.part(SinkLoop.class).orElseThrow().share() == 0.5));
    }

    private String trace(String line) {
        var call = line.substring(0, line.indexOf("-UPDATE"));
        return "\n"
                + Stream.concat(
                                site.genesys.calls().stream()
                                        .filter(c -> c.path().contains(call + "/")
                                                || c.path().endsWith(call))
                                        .map(c -> c.at() + " " + c.method() + " " + c.status()),
                                site.genesys.writes().stream()
                                        .filter(w -> w.conversationId().equals(call))
                                        .map(w -> w.received() + " write "
                                                + w.attributes().entrySet().stream()
                                                        .filter(e -> e.getKey().startsWith(ParticipantAttributes.LINE))
                                                        .toList()))
                        .sorted()
                        .collect(Collectors.joining("\n"));
    }

    private List<String> saidTwice() {
        return site.genesys.allMessages().stream()
                .collect(Collectors.groupingBy(SinkFaultsTest::told, Collectors.counting()))
                .entrySet()
                .stream()
                .filter(e -> e.getValue() > 1)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String told(GenesysMessage message) {
        return message.interactionId() + " " + message.timestamp() + " " + message.text();
    }
}
