package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.DeviceEventKind;
import io.probeline.record.Outcome;
import io.probeline.record.SessionState;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.schemas.Windows;
import io.probeline.testkit.ApplianceAnswer;
import io.probeline.testkit.Await;
import io.probeline.testkit.ScriptedAppliance;
import io.probeline.testkit.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** One bridge between a real Kafka and a real backend: what goes in on one side comes out on the other. */
@TestInstance(Lifecycle.PER_CLASS)
class IngestBridgeTest {
    private final Site site;

    IngestBridgeTest(@TempDir Path folder) throws Exception {
        site = Site.open(folder);
    }

    @BeforeAll
    void start() {
        site.bridge();
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @Test
    void framesOfAnOpenedSessionBecomeTelemetry() {
        site.device("washer").metrics(Map.of("latency", 12.5));
        site.session("washer", SessionState.INITIATED);

        site.await("washer", DeviceEventKind.CONNECTED);
        Await.until("ten frames", Site.SOON, () -> site.telemetry("washer").size() > 10);
        var frames = site.telemetry("washer").stream()
                .filter(record -> record.getKind() == TelemetryKind.FRAME)
                .toList();
        assertEquals("call-washer", frames.getFirst().getInteractionId());
        assertEquals(Map.of("latency", 12.5), frames.getFirst().getMetrics());
        assertEquals(0L, frames.getFirst().getSeq().orElseThrow());
        assertTrue(frames.stream().allMatch(frame -> frame.getLost() == 0 && frame.getDuplicates() == 0));
        var connected = site.backend.record().events(Wire.Connected.class).stream()
                .filter(wire -> wire.deviceId().equals("washer"))
                .findFirst()
                .orElseThrow();
        assertEquals("call-washer", connected.header("x-interaction-id").orElseThrow());
        assertTrue(connected.header("traceparent").orElseThrow().matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
        assertFalse(site.everything().contains("canary-"), "a secret is in a topic");
    }

    @Test
    void aCommandRunsAndItsStepsAreEvents() {
        var fridge = site.device("fridge");
        fridge.answer("ping_latency", ApplianceAnswer.ok(Map.of("latency", 7)).reporting(1));
        site.session("fridge", SessionState.INITIATED);
        site.command("fridge", "c1", "ping_latency");

        var done = site.outcome("fridge", "c1");
        assertEquals(Outcome.OK, done.getOutcome().orElseThrow());
        assertEquals("{\"latency\":7}", done.getData().orElseThrow());
        assertEquals(0L, done.getPlace().orElseThrow());
        assertEquals(
                List.of(
                        DeviceEventKind.COMMAND_SENT,
                        DeviceEventKind.COMMAND_ACKNOWLEDGED,
                        DeviceEventKind.COMMAND_PROGRESS,
                        DeviceEventKind.COMMAND_DONE),
                site.events("fridge").stream()
                        .filter(event -> event.getCommandId().isPresent())
                        .map(event -> event.getKind())
                        .filter(kind -> kind != DeviceEventKind.COMMAND_WAITING)
                        .toList());
    }

    @Test
    void commandsRunInOrderAndNeverTwoAtOnce() {
        var oven = site.device("oven");
        oven.answersAfter(Duration.ofMillis(20));
        site.session("oven", SessionState.INITIATED);
        for (int i = 0; i < 50; i++) {
            site.command("oven", "o" + i, "ping_latency");
        }
        site.outcome("oven", "o49");

        int inFlight = 0;
        int next = 0;
        for (var wire : site.backend.record().of("oven")) {
            if (wire instanceof Wire.Command command) {
                assertEquals("o" + next++, command.commandId());
                assertEquals(1, ++inFlight, "two in flight");
            } else if (wire instanceof Wire.Said said && said.frame().contains("\"result\"")) {
                inFlight--;
            }
        }
        assertEquals(50, next);
    }

    @Test
    void aDroppedConnectionComesBackUnnoticed() {
        var boiler = site.device("boiler");
        site.session("boiler", SessionState.INITIATED);
        site.await("boiler", DeviceEventKind.CONNECTED);
        boiler.dropConnection();
        site.await("boiler", DeviceEventKind.CONNECTED, 2);
        assertTrue(site.events("boiler", DeviceEventKind.LOST).isEmpty());
    }

    @Test
    void aLateResultIsRecordedAndChangesNothing() {
        var slow = site.device("slow");
        slow.answer("ping_latency", ApplianceAnswer.never());
        site.session("slow", SessionState.RUNNING);
        site.command("slow", "l1", "ping_latency", Duration.ofMillis(200));
        assertEquals(Outcome.TIMED_OUT, site.outcome("slow", "l1").getOutcome().orElseThrow());
        slow.send("{\"type\":\"result\",\"commandId\":\"l1\",\"status\":\"ok\",\"data\":{}}");
        var late = site.await("slow", DeviceEventKind.COMMAND_LATE);
        assertEquals("l1", late.getCommandId().orElseThrow());
        assertEquals(Outcome.OK, late.getOutcome().orElseThrow());
        site.command("slow", "l2", "firmware_version");
        assertEquals(Outcome.OK, site.outcome("slow", "l2").getOutcome().orElseThrow());
        assertEquals(2, site.events("slow", DeviceEventKind.COMMAND_DONE).size());
    }

    @Test
    void aRebootThatTakesTheConnectionWithItIsSettledWhenTheDeviceIsBack() {
        var device = "reboots";
        site.device(device).reboots(Duration.ofMillis(300), ScriptedAppliance.RebootResult.NEVER);
        site.session(device, SessionState.RUNNING);
        site.await(device, DeviceEventKind.CONNECTED);
        site.command(device, "boot", "reboot_module", Duration.ofMinutes(1));
        assertEquals(
                "outcome_unknown",
                site.await(device, DeviceEventKind.COMMAND_WAITING).getReason().orElseThrow());
        var done = site.outcome(device, "boot");
        assertEquals(Outcome.EXECUTED, done.getOutcome().orElseThrow());
        assertTrue(done.getData().orElseThrow().contains("\"bootCounter\":2"));
    }

    @Test
    void aMuteDeviceIsLostAndComesBack() {
        var mute = site.device("mute");
        site.session("mute", SessionState.INITIATED);
        site.await("mute", DeviceEventKind.CONNECTED);
        mute.silent(true);
        mute.muteHeartbeats(true);

        var lost = site.await("mute", DeviceEventKind.LOST);
        assertEquals("device_lost", lost.getReason().orElseThrow());
        var silence = Duration.between(lost.getLastSeen().orElseThrow(), lost.getAt());
        assertTrue(silence.compareTo(Duration.ofMillis(1_500)) <= 0, "told after " + silence);
        assertEquals(1, site.events("mute", DeviceEventKind.SUSPECT).size());
        Await.until(
                "the next connection",
                Site.SOON,
                () -> site.backend.record().of("mute").stream()
                                .filter(Wire.Connected.class::isInstance)
                                .count()
                        == 2);
        assertEquals(List.of(), site.events("mute", DeviceEventKind.RESTORED), "a socket is no sign of life");
        mute.muteHeartbeats(false);
        site.await("mute", DeviceEventKind.RESTORED);
    }

    @Test
    void everyEndOfAWindowIsToldWhileADeviceIsSilent() {
        var device = site.device("still");
        site.session("still", SessionState.INITIATED);
        Await.until(
                "frames", Site.SOON, () -> !ofKind("still", TelemetryKind.FRAME).isEmpty());
        device.silent(true);
        Await.until("ticks in silence", Site.SOON, () -> silence("still").size() >= 5);
        var ticks = silence("still");
        for (int i = 1; i < ticks.size(); i++) {
            var end = Windows.nextEnd(ticks.get(i - 1).getReceivedAt());
            var behind = Duration.between(end, ticks.get(i).getReceivedAt());
            assertTrue(behind.toMillis() >= 50, "the frame had time to come: " + behind);
            assertTrue(behind.toMillis() < 150, "told late, or not at all: " + behind);
        }
    }

    /** The ticks since the last frame. */
    private List<Telemetry> silence(String device) {
        var last = ofKind(device, TelemetryKind.FRAME).getLast().getReceivedAt();
        return ofKind(device, TelemetryKind.TICK).stream()
                .filter(tick -> tick.getReceivedAt().isAfter(last))
                .toList();
    }

    private List<Telemetry> ofKind(String device, TelemetryKind kind) {
        return site.telemetry(device).stream()
                .filter(record -> record.getKind() == kind)
                .toList();
    }

    @Test
    void aWrongSecretIsLookedUpOnceMoreAndThenRefused() {
        site.device("thief");
        site.vault.put("thief", "wrong");
        site.session("thief", SessionState.INITIATED);
        var refused = site.await("thief", DeviceEventKind.REFUSED);
        assertEquals("device_auth", refused.getReason().orElseThrow());
        assertEquals(2, site.vault.reads("thief"));
        assertEquals(2, site.backend.record().of("thief").size());

        // A command is worth another try, and that one begins with the vault, where the secret has been put right.
        site.becomes("thief", SessionState.ERROR);
        site.vault.put("thief", "canary-thief");
        site.command("thief", "right", "firmware_version");
        assertEquals(Outcome.OK, site.outcome("thief", "right").getOutcome().orElseThrow());
        assertEquals(3, site.vault.reads("thief"));
    }

    @Test
    void aHandshakeThatIsNeverAnsweredIsGivenUpAndTriedAgain() {
        var silent = site.device("silent");
        silent.hang();
        site.session("silent", SessionState.INITIATED);
        Await.until(
                "the first try",
                Site.SOON,
                () -> !site.backend.record().of("silent").isEmpty());
        silent.accept();
        site.await("silent", DeviceEventKind.CONNECTED);
        assertEquals(2, dials("silent"));
    }

    @Test
    void aDeviceWithoutSecretIsRefused() {
        site.device("nobody");
        site.vault.remove("nobody");
        site.session("nobody", SessionState.INITIATED);
        assertEquals(
                "device_auth",
                site.await("nobody", DeviceEventKind.REFUSED).getReason().orElseThrow());
    }

    /** Handshake 403 and close 4001: the secret is looked up anew once, then no retry. */
    @Test
    void whoIsNotLetInIsDialledOnceMore() {
        site.device("forbidden").refuse(403);
        site.session("forbidden", SessionState.INITIATED);
        assertEquals(
                "device_auth",
                site.await("forbidden", DeviceEventKind.REFUSED).getReason().orElseThrow());
        assertEquals(2, site.vault.reads("forbidden"));

        var expelled = site.device("expelled");
        site.session("expelled", SessionState.INITIATED);
        site.await("expelled", DeviceEventKind.CONNECTED);
        expelled.close(4001);
        site.await("expelled", DeviceEventKind.CONNECTED, 2);
        assertEquals(2, site.vault.reads("expelled"));
        Await.until("the next session", Site.SOON, expelled::connected);
        expelled.close(4001);
        assertEquals(
                "device_auth",
                site.await("expelled", DeviceEventKind.REFUSED).getReason().orElseThrow());
        assertEquals(2, dials("expelled"));
    }

    /** Close 4004, and handshake 404: no retry, but for a command that comes later. What came with the session outlives the 15 s in which it would be dialled for. */
    @Test
    void anUnknownDeviceIsDialledForALaterCommandAlone() {
        var unknown = site.device("unknown");
        unknown.refuse(404);
        site.sessionFor("unknown", "first", "firmware_version");
        site.await("unknown", DeviceEventKind.REFUSED);
        site.command("unknown", "first", "firmware_version", Duration.ofSeconds(1), Duration.ofSeconds(17));
        assertEquals(
                Outcome.EXPIRED, site.outcome("unknown", "first").getOutcome().orElseThrow());
        assertEquals(1, dials("unknown"));

        unknown.accept();
        site.command("unknown", "later", "firmware_version");
        assertEquals(Outcome.OK, site.outcome("unknown", "later").getOutcome().orElseThrow());
        assertEquals(2, dials("unknown"));
    }

    private long dials(String device) {
        return site.backend.record().of(device).stream()
                .filter(wire -> wire instanceof Wire.Connected || wire instanceof Wire.Refused)
                .count();
    }

    @Test
    void aSecretThatWasChangedIsReadAnew() {
        var changed = site.device("changed");
        site.session("changed", SessionState.INITIATED);
        site.await("changed", DeviceEventKind.CONNECTED);
        site.backend.secret("changed", "canary-changed-2");
        site.vault.put("changed", "canary-changed-2");
        changed.dropConnection();
        site.await("changed", DeviceEventKind.CONNECTED, 2);

        // Once more, within the minute in which it was looked up: the device has spoken with the one that was found.
        var before = site.telemetry("changed").size();
        Await.until("a frame", Site.SOON, () -> site.telemetry("changed").size() > before + 1);
        site.backend.secret("changed", "canary-changed-3");
        site.vault.put("changed", "canary-changed-3");
        changed.dropConnection();
        site.await("changed", DeviceEventKind.CONNECTED, 3);
        assertTrue(site.events("changed", DeviceEventKind.REFUSED).isEmpty());
    }

    @Test
    void otherCloseCodesMeanReconnect() {
        for (int code : new int[] {1001, 1011}) {
            var device = "again-" + code;
            var appliance = site.device(device);
            site.session(device, SessionState.INITIATED);
            site.await(device, DeviceEventKind.CONNECTED);
            appliance.close(code);
            site.await(device, DeviceEventKind.CONNECTED, 2);
        }
    }

    private void close(String device, int code, DeviceEventKind kind, String reason) {
        var appliance = site.device(device);
        site.session(device, SessionState.INITIATED);
        site.await(device, DeviceEventKind.CONNECTED);
        appliance.close(code);
        assertEquals(reason, site.await(device, kind).getReason().orElseThrow());
    }

    @Test
    void badFramesAreDeadLettersAndTheConnectionGoesOn() {
        var garbler = site.device("garbler");
        garbler.silent(true);
        site.session("garbler", SessionState.INITIATED);
        site.await("garbler", DeviceEventKind.CONNECTED);
        garbler.send("no json");
        garbler.send("{\"type\":\"surprise\"}");
        garbler.send("{\"type\":\"telemetry\",\"metrics\":{\"latency\":1e999}}");
        garbler.send("\"" + "x".repeat(70_000) + "\"");
        garbler.sendBinary((byte) 1, (byte) 2);
        garbler.send("{\"type\":\"telemetry\",\"metrics\":{\"latency\":1}}");

        Await.equal(
                "five dead letters",
                Site.SOON,
                List.of("not_json", "unknown_type", "non_finite", "oversized_frame", "binary_frame"),
                () -> site.deadLetters("garbler").stream()
                        .map(letter -> letter.getReason())
                        .toList());
        assertEquals(1_024, site.deadLetters("garbler").get(3).getPayload().remaining());
        assertEquals(70_002, site.deadLetters("garbler").get(3).getSize());
        Await.until(
                "the good frame",
                Site.SOON,
                () -> site.telemetry("garbler").stream()
                        .anyMatch(record -> record.getMetrics().containsKey("latency")));
        assertEquals(1, site.events("garbler", DeviceEventKind.CONNECTED).size());
    }

    @Test
    void tooManyBadFramesEndIt() {
        var flooder = site.device("flooder");
        site.session("flooder", SessionState.INITIATED);
        site.await("flooder", DeviceEventKind.CONNECTED);
        for (int i = 0; i < 101; i++) {
            flooder.send("no json");
        }
        assertEquals(
                "device_protocol",
                site.await("flooder", DeviceEventKind.REFUSED).getReason().orElseThrow());
        Await.until(
                "1008",
                Site.SOON,
                () -> site.backend.record().events(Wire.Disconnected.class).stream()
                        .anyMatch(wire -> wire.deviceId().equals("flooder") && wire.code() == 1008));
    }

    @Test
    void aClosedSessionEndsWhatIsInFlightAndQueued() {
        var closing = site.device("closing");
        closing.answer("ping_latency", ApplianceAnswer.never());
        site.session("closing", SessionState.INITIATED);
        site.command("closing", "k1", "ping_latency");
        site.command("closing", "k2", "ping_latency");
        site.await("closing", DeviceEventKind.COMMAND_SENT);
        site.becomes("closing", SessionState.CLOSED);

        assertEquals(
                Outcome.SESSION_CLOSED,
                site.outcome("closing", "k1").getOutcome().orElseThrow());
        assertEquals(
                Outcome.SESSION_CLOSED,
                site.outcome("closing", "k2").getOutcome().orElseThrow());
        site.command("closing", "k3", "ping_latency");
        assertEquals(
                Outcome.SESSION_CLOSED,
                site.outcome("closing", "k3").getOutcome().orElseThrow());
        Await.until(
                "1000",
                Site.SOON,
                () -> site.backend.record().events(Wire.Disconnected.class).stream()
                        .anyMatch(wire -> wire.deviceId().equals("closing") && wire.code() == 1000));
        var wires = site.backend.record().of("closing");
        assertEquals(1, wires.stream().filter(Wire.Command.class::isInstance).count());
        assertEquals(1, wires.stream().filter(Wire.Cancel.class::isInstance).count());
    }

    @Test
    void aCancelIsNotSentOrTooLate() {
        var scanner = site.device("scanner");
        scanner.answer("ping_latency", ApplianceAnswer.never());
        site.session("scanner", SessionState.INITIATED);
        site.command("scanner", "s1", "ping_latency", Duration.ofSeconds(60));
        site.command("scanner", "s2", "ping_latency");
        site.await("scanner", DeviceEventKind.COMMAND_SENT);
        site.cancel("scanner", "s2");
        site.cancel("scanner", "s1");
        var late = site.outcome("scanner", "s1");
        assertEquals(Outcome.CANCELLED, late.getOutcome().orElseThrow());
        assertEquals("TOO_LATE", late.getErrorCode().orElseThrow());
        assertEquals("NOT_SENT", site.outcome("scanner", "s2").getErrorCode().orElseThrow());
    }

    /** Two gateways were asked for the same in the same moment, and each has written it. */
    @Test
    void anIdThatStandsTwiceInTheQueueRunsOnce() {
        var device = "twice";
        site.device(device);
        site.session(device, SessionState.RUNNING);
        site.command(device, "t1", "ping_latency");
        site.command(device, "t1", "ping_latency");
        site.command(device, "t2", "ping_latency");
        assertEquals(Outcome.OK, site.outcome(device, "t2").getOutcome().orElseThrow());
        assertEquals(List.of("t1", "t2"), commands(device));
        assertEquals(2, site.events(device, DeviceEventKind.COMMAND_DONE).size());
    }

    private List<String> commands(String device) {
        return site.backend.record().of(device).stream()
                .filter(Wire.Command.class::isInstance)
                .map(wire -> ((Wire.Command) wire).commandId())
                .toList();
    }

    @Test
    void whatAnEarlierSessionHasLeftInTheQueueEndsAndTheNextSessionsCommandsRun() {
        var device = "reopened";
        var appliance = site.device(device);
        appliance.answer("channel_scan", ApplianceAnswer.never());
        site.session(device, SessionState.RUNNING);
        site.command(device, "e1", "channel_scan", Duration.ofMinutes(1));
        site.command(device, "e2", "ping_latency");
        site.await(device, DeviceEventKind.COMMAND_SENT);
        site.becomes(device, SessionState.CLOSED);
        site.next(device, SessionState.INITIATED);
        site.command(device, "n1", "ping_latency");

        assertEquals(Outcome.OK, site.outcome(device, "n1").getOutcome().orElseThrow());
        for (var left : List.of("e1", "e2")) {
            assertEquals(
                    Outcome.SESSION_CLOSED,
                    site.outcome(device, left).getOutcome().orElseThrow());
        }
        assertEquals(List.of("e1", "n1"), commands(device));
        assertEquals(3, site.events(device, DeviceEventKind.COMMAND_DONE).size());
    }

    /** A bridge that was replaced may have had its word on the way, and the processor has believed it. */
    @Test
    void theOwnerHasTheLastWordOnWhetherTheDeviceIsThere() {
        var device = "there";
        site.device(device);
        site.session(device, SessionState.RUNNING);
        site.await(device, DeviceEventKind.CONNECTED);
        site.becomes(device, SessionState.DISCONNECTED);
        site.await(device, DeviceEventKind.RESTORED);
        site.becomes(device, SessionState.RUNNING);
        site.becomes(device, SessionState.ERROR);
        site.await(device, DeviceEventKind.RESTORED, 2);
        assertEquals(1, site.events(device, DeviceEventKind.CONNECTED).size(), "the connection stood all the time");
    }

    @Test
    void whatIsNoCommandIsPassedOver() {
        site.device("odd");
        site.session("odd", SessionState.INITIATED);
        site.garbage("odd");
        site.command("odd", "after", "ping_latency");
        assertEquals(Outcome.OK, site.outcome("odd", "after").getOutcome().orElseThrow());
        Await.equal(
                "a dead letter",
                Site.SOON,
                List.of("undecodable"),
                () -> site.deadLetters("odd").stream()
                        .map(letter -> letter.getReason())
                        .toList());
    }

    /** While one device is tried again and again, those that were refused, replaced or ended are left alone, until a command waits. */
    @Test
    void aBackendThatIsAwayLosesTheDeviceWithinFifteenSeconds() {
        var stranger = site.device("stranger");
        stranger.refuse(404);
        site.session("stranger", SessionState.INITIATED);
        assertEquals(
                "device_unknown",
                site.await("stranger", DeviceEventKind.REFUSED).getReason().orElseThrow());
        site.becomes("stranger", SessionState.ERROR);
        close("forgotten", 4004, DeviceEventKind.REFUSED, "device_unknown");
        close("replaced", 4009, DeviceEventKind.LOST, "replaced");
        close("ended", 1000, DeviceEventKind.ENDED, "backend_ended");
        site.device("taken");
        site.session("taken", SessionState.DISCONNECTED, "replaced");
        stranger.accept();

        var away = site.device("away");
        site.session("away", SessionState.INITIATED);
        var connected = site.await("away", DeviceEventKind.CONNECTED);
        away.refuse(503);
        away.dropConnection();
        var lost = site.await("away", DeviceEventKind.LOST);
        var told = Duration.between(lost.getLastSeen().orElseThrow(), lost.getAt());
        assertTrue(told.compareTo(Duration.ofSeconds(15)) < 0, "told after " + told + " since " + connected.getAt());
        assertEquals(4, dials("away"), "one that stood, three that were refused");
        // Words of a replaced bridge come in between: the owner tells again that the device is gone.
        site.becomes("away", SessionState.RUNNING);
        site.await("away", DeviceEventKind.LOST, 2);

        for (var device : List.of("stranger", "forgotten", "replaced", "ended")) {
            assertEquals(1, dials(device), device);
        }
        assertEquals(0, dials("taken"), "whoever took it keeps it, whichever bridge has the session now");
        site.command("stranger", "try", "firmware_version");
        assertEquals(Outcome.OK, site.outcome("stranger", "try").getOutcome().orElseThrow());
    }
}
