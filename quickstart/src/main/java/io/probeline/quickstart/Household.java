package io.probeline.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.runtime.World;
import io.probeline.schemas.Durations;
import io.probeline.testkit.Appliance;
import io.probeline.testkit.ApplianceAct;
import io.probeline.testkit.ApplianceAct.Abandon;
import io.probeline.testkit.ApplianceAct.Later;
import io.probeline.testkit.ApplianceAct.Say;
import io.probeline.testkit.ApplianceAct.Telemetry;
import io.probeline.testkit.DeviceCommand;
import io.probeline.testkit.DeviceFrames;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A simulated appliance that knows every command of the catalogue and remembers what it was asked. */
final class Household implements Appliance {
    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final String DEFAULT_SCAN = "30s";

    private final String firmware;
    private final Vitals vitals;
    private final Rebooting rebooting;
    private final World.Chance chance;
    private final Answers answers = new Answers();
    private @Nullable ChannelScan scan;

    Household(String firmware, Vitals vitals, Rebooting rebooting, World.Chance chance) {
        this.firmware = firmware;
        this.vitals = vitals;
        this.rebooting = rebooting;
        this.chance = chance;
        var past = rebooting.boots(Instant.MIN).byCommand();
        past.forEach((id, counter) -> answers.promise(id, Instant.MIN, rebooted(id, counter)));
    }

    @Override
    public Admission admit(Instant now) {
        return rebooting.inProgress(now) ? new Admission.Refuse(503) : new Admission.Accept();
    }

    @Override
    public List<ApplianceAct> connected(Consumer<ApplianceAct> line, Instant now) {
        vitals.radio().connected(now);
        return List.of();
    }

    @Override
    public void disconnected(Instant now) {
        vitals.radio().disconnected(now);
    }

    @Override
    public List<ApplianceAct> tick(Instant now, long seq) {
        changeChannel(now);
        return List.of(new Telemetry(now, vitals.read(now, chance.get())));
    }

    /** A scan that has come to its end was good for something. */
    private void changeChannel(Instant now) {
        if (scan != null && !now.isBefore(scan.ends())) {
            vitals.radio().move(scan.best(), scan.ends());
            scan = null;
        }
    }

    @Override
    public List<ApplianceAct> command(DeviceCommand command, Instant now) {
        changeChannel(now);
        return switch (answers.state(command.commandId(), now)) {
            case Answers.State.Unknown unknown -> run(command, now);
            case Answers.State.Running running -> List.of(new Say(DeviceFrames.ack(command.commandId())));
            case Answers.State.Done(var frame) -> List.of(new Say(frame));
        };
    }

    private List<ApplianceAct> run(DeviceCommand command, Instant now) {
        var id = command.commandId();
        return switch (command.command()) {
            case "ping_latency" -> soon(id, now, data().put("latency_ms", vitals.latency(now)));
            case "signal_strength" -> soon(id, now, data().put("signal_dbm", vitals.signal(now)));
            case "firmware_version" -> soon(id, now, firmware(now));
            case "channel_scan" -> scan(id, command.params(), now);
            case "reboot_module" -> reboot(id, now);
            case String other -> fail(id, now, "unknown_command", "this appliance does not know " + other);
        };
    }

    private ObjectNode firmware(Instant now) {
        var boots = rebooting.boots(now);
        return data().put("version", firmware)
                .put("bootCounter", boots.counter())
                .put("uptime_s", boots.uptime(now).toSeconds());
    }

    private List<ApplianceAct> soon(String id, Instant now, ObjectNode data) {
        var result = DeviceFrames.ok(id, data);
        answers.promise(id, now.plus(MOMENT), result);
        return List.of(new Say(DeviceFrames.ack(id)), new Later(MOMENT, id, new Say(result)));
    }

    private List<ApplianceAct> fail(String id, Instant now, String code, String message) {
        var result = DeviceFrames.error(id, code, message);
        answers.promise(id, now, result);
        return List.of(new Say(result));
    }

    private List<ApplianceAct> scan(String id, JsonNode params, Instant now) {
        if (scan != null) {
            return fail(id, now, "busy", "radio in use");
        }
        Duration takes;
        try {
            takes = Durations.parse(params.path("duration").asText(DEFAULT_SCAN));
        } catch (IllegalArgumentException e) {
            return fail(id, now, "bad_params", String.valueOf(e.getMessage()));
        }
        scan = ChannelScan.begin(id, now, takes, vitals.radio().channel(), chance.get());
        answers.promise(id, scan.ends(), scan.result());
        return scan.acts();
    }

    private List<ApplianceAct> reboot(String id, Instant now) {
        if (rebooting.inProgress(now)) {
            return fail(id, now, "busy", "the module restarts already");
        }
        var reboot = rebooting.begin(id, now);
        answers.promise(id, reboot.back(), rebooted(id, reboot.after().counter()));
        return rebooting.acts(reboot);
    }

    private static String rebooted(String id, long counter) {
        return DeviceFrames.ok(id, data().put("bootCounter", counter));
    }

    @Override
    public List<ApplianceAct> cancel(String commandId, Instant now) {
        if (rebooting.isFor(commandId) || !(answers.state(commandId, now) instanceof Answers.State.Running)) {
            // Power is off already, or there is nothing left to give up.
            return List.of();
        }
        if (scan != null && scan.commandId().equals(commandId)) {
            scan = null;
        }
        answers.promise(commandId, now, DeviceFrames.error(commandId, "cancelled", "given up when asked to"));
        return List.of(new Abandon(commandId));
    }

    private static ObjectNode data() {
        return JsonNodeFactory.instance.objectNode();
    }
}
