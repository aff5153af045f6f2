package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.schemas.Catalogue;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.DeviceId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each character of the fleet, seen by somebody who stays for a while. */
class FleetTest {
    @TempDir
    private Path state = Path.of("");

    private List<Fleet.Member> fleet = List.of();

    @BeforeEach
    void open() {
        fleet = Fleet.of(Stage.world(), state, () -> 0);
    }

    private Stage stage(String deviceId) {
        var member = fleet.stream().filter(m -> m.deviceId().equals(deviceId)).findFirst();
        return new Stage(member.orElseThrow().appliance());
    }

    @Test
    void isWhoTheReadmeSaysAndEachIsAValidDevice() {
        var ids = fleet.stream().map(Fleet.Member::deviceId).collect(Collectors.toSet());
        assertEquals(
                Set.of("washer-17", "fridge-4", "boiler-2", "oven-9", "dishwasher-3", "dryer-8", "this-computer"), ids);
        ids.forEach(DeviceId::new);
        assertEquals(7, fleet.size());
    }

    @Test
    void aHealthyWasherMeasuresSmoothlyAndWithinWhatTheRulesCallNormal() {
        var washer = stage("washer-17");
        assertTrue(washer.connect());
        washer.seconds(300);
        assertEquals(3000, washer.measured.size());
        for (var m : washer.measured) {
            assertTrue(m.value("signal_strength") > -72 && m.value("signal_strength") < -40, m::toString);
            assertTrue(m.value("latency") > 0 && m.value("latency") < 135, m::toString);
            assertTrue(m.value("packet_loss") >= 0 && m.value("packet_loss") < 1, m::toString);
            assertEquals(0, m.value("errors"));
            assertEquals(m.at(), m.telemetry().ts());
        }
        for (int i = 1; i < washer.measured.size(); i++) {
            var step = washer.measured.get(i).value("signal_strength")
                    - washer.measured.get(i - 1).value("signal_strength");
            assertTrue(Math.abs(step) < 3, "a jump of " + step);
        }
        assertTrue(washer.measured.stream()
                        .map(m -> m.value("signal_strength"))
                        .distinct()
                        .count()
                > 20);
        assertTrue(washer.heartbeat());
    }

    @Test
    void theFridgeSagsForAQuarterOfEachMinuteAndRecovers() {
        var fridge = stage("fridge-4");
        fridge.connect();
        fridge.seconds(180);
        for (int minute = 0; minute < 3; minute++) {
            var sag = Stage.START.plusSeconds(60L * minute + 20);
            for (var m : fridge.measured) {
                var since = Duration.between(sag, m.at());
                if (since.toMillis() >= 1_500 && since.toMillis() <= 13_500) {
                    assertTrue(m.value("signal_strength") < -85, m::toString);
                    assertTrue(m.value("packet_loss") < 2 && m.value("latency") < 150, m::toString);
                }
                if (since.toMillis() >= 15_000 && since.toSeconds() < 60) {
                    assertTrue(m.value("signal_strength") > -72, m::toString);
                }
            }
        }
    }

    @Test
    void aScanBringsTheFridgeToABetterChannelForSomeMinutes() {
        var fridge = stage("fridge-4");
        fridge.connect();
        fridge.seconds(22);
        fridge.command("c1", "channel_scan", Map.of("duration", "10s"));
        fridge.seconds(12);
        var data = fridge.result("c1").path("data");
        assertEquals("ok", fridge.result("c1").path("status").asText());
        assertTrue(data.path("best").asInt() >= 1 && data.path("best").asInt() != 6, data::toString);
        var scanned = Stage.START.plusSeconds(32);
        fridge.seconds(330);
        var clear = scanned.plusSeconds(180);
        assertTrue(fridge.measured.stream()
                .filter(m -> m.at().isAfter(scanned) && m.at().isBefore(clear))
                .allMatch(m -> m.value("signal_strength") > -72));
        assertTrue(fridge.measured.stream()
                .filter(m -> m.at().isAfter(clear))
                .anyMatch(m -> m.value("signal_strength") < -85));
    }

    @Test
    void aScanThatIsCancelledSaysNoMoreAndHelpsNobody() {
        var fridge = stage("fridge-4");
        fridge.connect();
        fridge.seconds(1);
        fridge.command("c1", "channel_scan", Map.of("duration", "30s"));
        fridge.seconds(5);
        fridge.cancel("c1");
        var before = fridge.said.size();
        fridge.seconds(50);
        assertEquals(before, fridge.said.size());
        assertTrue(fridge.measured.stream().anyMatch(m -> m.value("signal_strength") < -85));
        fridge.command("c2", "channel_scan", Map.of("duration", "5s"));
        fridge.seconds(6);
        assertEquals("ok", fridge.result("c2").path("status").asText());
        fridge.command("c1", "channel_scan");
        assertEquals("cancelled", fridge.result("c1").path("error").path("code").asText());
    }

    @Test
    void aScanIsAcknowledgedAndProgressesThroughTheChannels() {
        var washer = stage("washer-17");
        washer.connect();
        washer.command("c1", "channel_scan", Map.of("duration", "13s"));
        assertEquals(1, washer.said("ack", "c1").size());
        washer.seconds(5);
        washer.command("c2", "channel_scan");
        assertEquals("busy", washer.result("c2").path("error").path("code").asText());
        washer.seconds(9);
        var messages = washer.said("progress", "c1").stream()
                .map(p -> p.path("message").asText());
        assertEquals(IntStream.rangeClosed(1, 13).mapToObj(i -> "channel " + i).toList(), messages.toList());
        var percent = washer.said("progress", "c1").stream()
                .map(p -> p.path("percent").asInt())
                .toList();
        assertEquals(percent.stream().sorted().toList(), percent);
        assertTrue(percent.getLast() < 100);
        JsonNode channels = washer.result("c1").path("data").path("channels");
        assertEquals(13, channels.size());
        assertTrue(channels.get(0).path("rssi").asInt() < 0);
    }

    @Test
    void everyoneKnowsTheWholeCatalogueAndRemembersWhatItWasAsked() {
        for (var member : fleet) {
            var stage = new Stage(member.appliance());
            stage.connect();
            for (var spec : Catalogue.shipped().commands()) {
                if (spec.name().equals("reboot_module")) {
                    continue;
                }
                var id = spec.name();
                stage.command(id, spec.name());
                stage.command(id, spec.name());
                stage.run(spec.deadline(spec.admit(empty()) instanceof Decoded.Ok(var p) ? p : empty()));
                if (!stage.connected()) {
                    stage.seconds(30);
                    assertTrue(stage.connect());
                }
                var first = stage.said("result", id);
                stage.command(id, spec.name());
                var again = stage.said("result", id);
                assertEquals(first.size() + 1, again.size(), member.deviceId() + " " + id);
                assertEquals(Set.copyOf(again).size(), 1, () -> "one answer, always: " + again);
            }
            stage.command("x", "factory_reset");
            assertEquals(
                    "unknown_command",
                    stage.result("x").path("error").path("code").asText());
        }
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Test
    void aRebootedModuleGoesWithoutAResultAndComesBackWithAHigherCounter() {
        var washer = stage("washer-17");
        washer.connect();
        var counter = counter(washer, "before");
        washer.command("r", "reboot_module");
        assertEquals(1, washer.said("ack", "r").size());
        washer.command("r", "reboot_module");
        assertTrue(washer.said("result", "r").isEmpty());
        washer.cancel("r");
        washer.seconds(1);
        assertFalse(washer.connected());
        washer.seconds(7);
        assertFalse(washer.connect());
        washer.seconds(1);
        assertTrue(washer.connect());
        washer.seconds(5);
        assertTrue(washer.said("result", "r").isEmpty(), "nothing is volunteered");
        assertEquals(counter + 1, counter(washer, "after"));
        washer.command("r", "reboot_module");
        assertEquals(
                counter + 1, washer.result("r").path("data").path("bootCounter").asLong());
        washer.seconds(5);
        assertTrue(washer.connected(), "a repeat is answered, not run again");
    }

    @Test
    void aRestartedQuickstartRemembersTheBootsAndWhoMadeThem() {
        var washer = stage("washer-17");
        washer.connect();
        washer.command("r", "reboot_module");
        washer.seconds(10);
        washer.connect();
        var counter = counter(washer, "before");
        fleet = Fleet.of(Stage.world(), state, () -> 0);
        var member =
                fleet.stream().filter(m -> m.deviceId().equals("washer-17")).findFirst();
        var later = new Stage(member.orElseThrow().appliance(), Stage.START.plusSeconds(600));
        later.connect();
        assertEquals(counter, counter(later, "after"));
        assertEquals(591, later.result("after").path("data").path("uptime_s").asLong());
        later.command("r", "reboot_module");
        assertEquals(counter, later.result("r").path("data").path("bootCounter").asLong());
        later.seconds(3);
        assertTrue(later.drops.isEmpty());
    }

    private static long counter(Stage stage, String commandId) {
        stage.command(commandId, "firmware_version");
        stage.seconds(1);
        var data = stage.result(commandId).path("data");
        assertFalse(data.path("version").asText().isEmpty());
        return data.path("bootCounter").asLong();
    }

    @Test
    void theBoilerDropsItsConnectionAndStaysAwayEveryOtherTime() {
        var boiler = stage("boiler-2");
        var connects = new ArrayList<Instant>();
        var absences = new ArrayList<Long>();
        for (int second = 0; second < 240; second++) {
            if (!boiler.connected() && boiler.connect()) {
                connects.add(boiler.now());
                if (!boiler.drops.isEmpty()) {
                    absences.add(Duration.between(boiler.drops.getLast(), boiler.now())
                            .toSeconds());
                }
            }
            boiler.seconds(1);
        }
        assertTrue(absences.size() >= 3, absences::toString);
        for (int i = 0; i < absences.size(); i++) {
            assertTrue(
                    i % 2 == 0 ? absences.get(i) >= 20 && absences.get(i) < 28 : absences.get(i) <= 1,
                    absences::toString);
        }
        for (int i = 0; i < boiler.drops.size(); i++) {
            assertTrue(Duration.between(connects.get(i), boiler.drops.get(i)).toSeconds() >= 30);
        }
    }

    @Test
    void theOvenFallsSilentForLongerThanThreeHeartbeatsAndComesBack() {
        var oven = stage("oven-9");
        oven.connect();
        for (int second = 1; second <= 240; second++) {
            oven.seconds(1);
            var silent = (second >= 40 && second < 70) || (second >= 160 && second < 190);
            assertEquals(!silent, oven.heartbeat(), "heartbeat after " + second);
            var last = oven.measured.getLast().at();
            assertEquals(!silent, last.equals(oven.now()), "telemetry after " + second);
        }
        assertTrue(oven.connected());
    }

    @Test
    void whatTheOvenDidNotSayItSaysWhenItIsAskedAgainAndWhatItDidNotHearItDoesNotKnow() {
        var oven = stage("oven-9");
        oven.connect();
        oven.seconds(35);
        oven.command("heard", "channel_scan", Map.of("duration", "10s"));
        oven.seconds(10);
        oven.command("unheard", "ping_latency");
        oven.seconds(30);
        assertTrue(oven.said("result", "heard").isEmpty());
        assertTrue(oven.said("ack", "unheard").isEmpty());
        oven.command("heard", "channel_scan");
        assertEquals("ok", oven.result("heard").path("status").asText());
        oven.command("unheard", "ping_latency");
        oven.seconds(1);
        assertTrue(oven.result("unheard").path("data").path("latency_ms").asDouble() > 0);
    }

    @Test
    void aLaterSessionFindsTheOvenAwake() {
        var oven = stage("oven-9");
        oven.connect();
        oven.seconds(39);
        oven.disconnect();
        oven.seconds(90);
        oven.connect();
        oven.seconds(39);
        assertTrue(oven.heartbeat());
        oven.seconds(2);
        assertFalse(oven.heartbeat());
    }

    @Test
    void theDishwashersClockIsAnHourFast() {
        var dishwasher = stage("dishwasher-3");
        dishwasher.connect();
        dishwasher.seconds(10);
        assertEquals(100, dishwasher.measured.size());
        dishwasher.measured.forEach(m ->
                assertEquals(m.at().plus(Duration.ofHours(1)), m.telemetry().ts()));
    }

    @Test
    void theDryerSaysWhatTheProtocolRefusesButNotTooOften() {
        var dryer = stage("dryer-8");
        dryer.connect();
        dryer.seconds(60);
        assertEquals(600, dryer.measured.size(), "no good frame is lost for it");
        var bad = dryer.said.size() + dryer.binary.size();
        assertTrue(bad >= Garbles.KINDS.size() && bad <= 30, "bad frames: " + bad);
    }
}
