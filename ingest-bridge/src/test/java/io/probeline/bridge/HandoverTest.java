package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.DeviceEvent;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.Outcome;
import io.probeline.record.SessionState;
import io.probeline.record.Telemetry;
import io.probeline.testkit.ApplianceAnswer;
import io.probeline.testkit.Await;
import io.probeline.testkit.ScriptedAppliance;
import io.probeline.testkit.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Devices go from bridge to bridge, by the book or by force; what was promised of their commands holds. */
@TestInstance(Lifecycle.PER_CLASS)
class HandoverTest {
    private final Site site;

    HandoverTest(@TempDir Path folder) throws Exception {
        site = Site.open(folder);
    }

    @AfterEach
    void endBridges() throws Exception {
        site.endBridges();
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    /** What the device saw of its commands: {@code id:attempt}. */
    private List<String> wire(String device) {
        return site.backend.record().of(device).stream()
                .filter(Wire.Command.class::isInstance)
                .map(Wire.Command.class::cast)
                .map(command -> command.commandId() + ":" + command.command().attempt())
                .toList();
    }

    @Test
    void aKilledBridgeLeavesNothingLostAndNothingDoubled() throws Exception {
        var victim = site.process();
        var ping = site.device("kill-ping");
        var reboot = site.device("kill-reboot");
        ping.answer("ping_latency", ApplianceAnswer.never());
        // No command of the catalogue: so it may run once.
        reboot.answer("shut_valve", ApplianceAnswer.never());
        for (var device : List.of("kill-ping", "kill-reboot")) {
            site.session(device, SessionState.INITIATED);
            site.await(device, DeviceEventKind.CONNECTED);
            site.becomes(device, SessionState.RUNNING);
        }
        site.command("kill-ping", "p1", "ping_latency", Duration.ofMinutes(1));
        site.command("kill-ping", "p2", "signal_strength");
        site.command("kill-reboot", "r1", "shut_valve", Duration.ofMinutes(1));
        site.command("kill-reboot", "r2", "ping_latency");
        site.await("kill-ping", DeviceEventKind.COMMAND_SENT);
        site.await("kill-reboot", DeviceEventKind.COMMAND_SENT);
        victim.kill();
        ping.answer("ping_latency", ApplianceAnswer.ok(Map.of("latency", 1)));
        ping.remembersCommandIds(false);
        site.bridge();
        var unknown = site.outcome("kill-reboot", "r1");
        assertEquals(Outcome.UNKNOWN, unknown.getOutcome().orElseThrow());
        assertEquals("bridge_lost", unknown.getReason().orElseThrow());
        assertEquals(Outcome.OK, site.outcome("kill-reboot", "r2").getOutcome().orElseThrow());
        assertEquals(Outcome.OK, site.outcome("kill-ping", "p1").getOutcome().orElseThrow());
        assertEquals(Outcome.OK, site.outcome("kill-ping", "p2").getOutcome().orElseThrow());
        assertEquals(List.of("r1:1", "r2:1"), wire("kill-reboot"));
        assertEquals(List.of("p1:1", "p1:2", "p2:1"), wire("kill-ping"));
    }

    /** A reboot was under way when the bridge was killed: the next one asks the device how often it has started. */
    @Test
    void aKilledBridgesRebootIsSettledByAProbe() throws Exception {
        var victim = site.process();
        var ran = site.device("probe-ran");
        ran.reboots(Duration.ofMillis(300), ScriptedAppliance.RebootResult.NEVER);
        site.device("probe-not").answer("reboot_module", ApplianceAnswer.never());
        var devices = List.of("probe-ran", "probe-not");
        for (var device : devices) {
            site.session(device, SessionState.RUNNING);
            site.await(device, DeviceEventKind.CONNECTED);
            site.command(device, device + ".1", "reboot_module", Duration.ofSeconds(4));
            site.command(device, device + ".2", "firmware_version");
        }
        for (var device : devices) {
            site.await(device, DeviceEventKind.COMMAND_SENT);
        }
        victim.kill();
        site.bridge();
        assertEquals(
                Outcome.EXECUTED,
                site.outcome("probe-ran", "probe-ran.1").getOutcome().orElseThrow());
        assertEquals(
                Outcome.NOT_EXECUTED,
                site.outcome("probe-not", "probe-not.1").getOutcome().orElseThrow());
        for (var device : devices) {
            assertEquals(
                    Outcome.OK, site.outcome(device, device + ".2").getOutcome().orElseThrow());
            var seen = wire(device);
            assertEquals(List.of(device + ".2:1"), seen.subList(seen.size() - 1, seen.size()));
            assertEquals(1, seen.stream().filter((device + ".1:1")::equals).count());
            assertEquals(1, outcomes(device, device + ".1"));
        }
    }

    /** Nobody owns the device when its commands are cancelled; the next owner says of each what became of it. */
    @Test
    void aCancelThatCameWhileNobodyOwnedTheDeviceIsNotSentOrTooLate() throws Exception {
        var device = "orphan";
        var victim = site.process();
        site.device(device).answer("ping_latency", ApplianceAnswer.never());
        site.session(device, SessionState.RUNNING);
        site.command(device, "x1", "ping_latency", Duration.ofMinutes(1));
        site.command(device, "x2", "ping_latency");
        site.command(device, "x3", "signal_strength");
        site.await(device, DeviceEventKind.COMMAND_SENT);
        victim.kill();
        site.cancel(device, "x1");
        site.cancel(device, "x2");
        site.bridge();
        assertEquals("TOO_LATE", site.outcome(device, "x1").getErrorCode().orElseThrow());
        assertEquals("NOT_SENT", site.outcome(device, "x2").getErrorCode().orElseThrow());
        assertEquals(Outcome.OK, site.outcome(device, "x3").getOutcome().orElseThrow());
        assertEquals(List.of("x1:1", "x3:1"), wire(device));
    }

    /** After a day without a session the queue goes, and with it what the group has committed for it: places begin at 0 again. */
    @Test
    void aQueueThatWasMadeAnewIsReadFromItsBeginning() throws Exception {
        var device = "returning";
        site.device(device);
        var first = site.bridge();
        site.session(device, SessionState.RUNNING);
        for (int i = 0; i < 3; i++) {
            site.command(device, "before" + i, "ping_latency");
        }
        site.outcome(device, "before2");
        site.becomes(device, SessionState.CLOSED);
        first.close();
        site.topicAnew(device);
        site.next(device, SessionState.INITIATED);
        var ids = IntStream.range(0, 5).mapToObj(i -> "after" + i).toList();
        ids.forEach(id -> site.command(device, id, "ping_latency"));
        site.bridge();
        ids.forEach(id ->
                assertEquals(Outcome.OK, site.outcome(device, id).getOutcome().orElseThrow(), id));
        assertEquals(ids.stream().map(id -> id + ":1").toList(), wire(device).subList(3, 8));
    }

    private long outcomes(String device, String commandId) {
        return site.events(device, DeviceEventKind.COMMAND_DONE).stream()
                .filter(event -> event.getCommandId().orElseThrow().equals(commandId))
                .count();
    }

    @Test
    void rollingRestartsLoseAndDoubleNothing() {
        var device = "rolling";
        site.device(device).answersAfter(Duration.ofMillis(15));
        site.session(device, SessionState.RUNNING);
        var first = site.bridge();
        var ids = IntStream.range(0, 100).mapToObj(i -> "n" + i).toList();
        for (int i = 0; i < 100; i++) {
            site.command(device, ids.get(i), "ping_latency");
            if (i == 20) {
                site.bridge();
            } else if (i == 60) {
                first.close();
            }
        }
        site.outcome(device, "n99");
        assertEquals(ids.stream().map(id -> id + ":1").toList(), wire(device));
        assertEquals(
                ids,
                site.events(device, DeviceEventKind.COMMAND_DONE).stream()
                        .map(event -> event.getCommandId().orElseThrow())
                        .toList());
    }

    /**
     * Each commit of a lane wakes the group's consumer, wherever it is: also while the group gives it partitions. A partition that is
     * passed over then has an owner that does nothing for it.
     */
    @Test
    void partitionsThatComeWhileOthersAreBusyAreTakenOver() throws Exception {
        var devices = IntStream.range(0, 16).mapToObj(i -> "busy-" + i).toList();
        for (var device : devices) {
            site.device(device).answersAfter(Duration.ofMillis(1));
            site.session(device, SessionState.RUNNING);
        }
        site.bridge();
        devices.forEach(device -> site.await(device, DeviceEventKind.CONNECTED));
        for (int turn = 0; turn < 5; turn++) {
            var busy = new AtomicBoolean(true);
            var feeder = CompletableFuture.runAsync(() -> feed(devices, busy));
            long before = connections(devices);
            var other = site.bridge();
            Await.until("the other bridge to have its share", Site.SOON, () -> connections(devices) > before);
            other.close();
            busy.set(false);
            // It fails here where the devices were not kept busy.
            feeder.join();
            for (var device : devices) {
                site.command(device, "after-" + turn + "-" + device, "ping_latency");
            }
            for (var device : devices) {
                site.outcome(device, "after-" + turn + "-" + device);
            }
        }
    }

    private long connections(List<String> devices) {
        return devices.stream()
                .mapToLong(
                        device -> site.events(device, DeviceEventKind.CONNECTED).size())
                .sum();
    }

    /** Keeps every device at work. */
    private void feed(List<String> devices, AtomicBoolean goOn) {
        var run = Integer.toHexString(System.identityHashCode(goOn));
        for (int n = 0; goOn.get(); n++) {
            for (var device : devices) {
                site.command(device, "fed-" + run + "-" + n + "-" + device, "ping_latency");
            }
        }
    }

    /** A device that is silent has only its bridge to close its windows; the heir closes at once what the dead one has left open. */
    @Test
    void theHeirClosesTheWindowsOfASilentDeviceAtOnce() throws Exception {
        var victim = site.process();
        site.device("kill-silent").silent(true);
        site.session("kill-silent", SessionState.INITIATED);
        site.await("kill-silent", DeviceEventKind.CONNECTED);
        site.becomes("kill-silent", SessionState.RUNNING);
        Await.until("a tick", Site.SOON, () -> !site.telemetry("kill-silent").isEmpty());
        victim.kill();
        var killed = Instant.now();
        site.bridge();
        site.await("kill-silent", DeviceEventKind.CONNECTED, 2);
        var dialled = site.backend.record().of("kill-silent").stream()
                .filter(Wire.Connected.class::isInstance)
                .map(wire -> wire.stamp().at())
                .reduce((_, last) -> last)
                .orElseThrow();
        Await.until(
                "the heir's first tick, before it has the device at " + dialled,
                Site.SOON,
                () -> site.telemetry("kill-silent").stream()
                        .map(Telemetry::getReceivedAt)
                        .anyMatch(at -> at.isAfter(killed) && at.isBefore(dialled)));
    }

    @Test
    void aBridgeThatWasStoppedDoesNothingWhenItWakes() throws Exception {
        var device = "stopped";
        var appliance = site.device(device);
        appliance.answer("ping_latency", ApplianceAnswer.never());
        var sleeper = site.process();
        site.session(device, SessionState.RUNNING);
        site.await(device, DeviceEventKind.CONNECTED);
        var name = site.events(device).getFirst().getBridge();
        site.command(device, "z1", "ping_latency", Duration.ofSeconds(60));
        site.command(device, "z2", "signal_strength");
        site.await(device, DeviceEventKind.COMMAND_SENT);
        sleeper.stop();
        site.bridge();
        Await.until("the heir's turn", Site.SOON, () -> wire(device).contains("z1:2"));
        sleeper.goOn();
        appliance.send("{\"type\":\"result\",\"commandId\":\"z1\",\"status\":\"ok\",\"data\":1}");
        assertEquals(Outcome.OK, site.outcome(device, "z2").getOutcome().orElseThrow());
        Await.until(
                "the sleeper to see that it was replaced",
                Site.SOON,
                () -> of(name).contains(DeviceEventKind.REPLACED));
        assertEquals(List.of("z1:1", "z1:2", "z2:1"), wire(device));
        assertEquals(2, site.events(device, DeviceEventKind.COMMAND_DONE).size());
        assertTrue(sleeper.alive());
        assertEquals(0, sleeper.end());
    }

    @Test
    void whileKafkaIsAwayFramesAreKeptAndAfterwardsAllGoesOn() throws Exception {
        var device = "patient";
        site.device(device);
        var bridge = site.bridge();
        site.session(device, SessionState.RUNNING);
        site.await(device, DeviceEventKind.CONNECTED);
        site.withoutKafka(() -> {
            long before = site.backend.telemetrySent();
            Await.until("frames meanwhile", Site.SOON, () -> site.backend.telemetrySent() > before + 30);
        });
        site.command(device, "afterwards", "ping_latency");
        assertEquals(Outcome.OK, site.outcome(device, "afterwards").getOutcome().orElseThrow());
        var after = Instant.now();
        Await.until(
                "frames of now",
                Site.SOON,
                () -> site.telemetry(device).stream()
                        .anyMatch(record -> record.getReceivedAt().isAfter(after)));
        var seqs = site.telemetry(device).stream()
                .flatMap(record -> record.getSeq().stream())
                .toList();
        assertEquals(LongStream.range(0, seqs.size()).boxed().toList(), seqs, "a frame was lost, doubled or overtaken");
        assertEquals(1, site.events(device, DeviceEventKind.CONNECTED).size(), "the device noticed nothing");
        assertTrue(!bridge.end().isDone(), "the bridge has ended");
    }

    private List<DeviceEventKind> of(String bridge) {
        var kinds = new ArrayList<DeviceEventKind>();
        for (DeviceEvent event : site.events("stopped")) {
            if (event.getBridge().equals(bridge)) {
                kinds.add(event.getKind());
            }
        }
        return kinds;
    }
}
