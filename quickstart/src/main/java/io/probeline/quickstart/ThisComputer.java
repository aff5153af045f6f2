package io.probeline.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.probeline.runtime.World;
import io.probeline.testkit.Appliance;
import io.probeline.testkit.ApplianceAct;
import io.probeline.testkit.ApplianceAct.Abandon;
import io.probeline.testkit.ApplianceAct.Say;
import io.probeline.testkit.ApplianceAct.Telemetry;
import io.probeline.testkit.ApplianceAct.Work;
import io.probeline.testkit.DeviceCommand;
import io.probeline.testkit.DeviceFrames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The machine that this runs on, as an appliance: every number is measured, and nothing is changed. */
final class ThisComputer implements Appliance {
    private static final int PINGS = 10;

    private final Machine machine;
    private final Loopback loopback;
    private final World world;
    private final MachineSamples samples;
    private final Answers answers = new Answers();

    ThisComputer(Machine machine, Loopback loopback, World world) {
        this.machine = machine;
        this.loopback = loopback;
        this.world = world;
        this.samples = new MachineSamples(machine, loopback, world);
    }

    @Override
    public List<ApplianceAct> tick(Instant now, long seq) {
        var acts = new ArrayList<ApplianceAct>();
        if (samples.due(now)) {
            acts.add(new Work("sample", this::sample));
        }
        var metrics = samples.latest(now);
        if (!metrics.isEmpty()) {
            acts.add(new Telemetry(now, metrics));
        }
        return acts;
    }

    private List<ApplianceAct> sample() {
        samples.take();
        return List.of();
    }

    @Override
    public List<ApplianceAct> command(DeviceCommand command, Instant now) {
        var id = command.commandId();
        return switch (answers.state(id, now)) {
            case Answers.State.Unknown unknown -> {
                answers.begin(id);
                yield List.of(new Say(DeviceFrames.ack(id)), new Work(id, () -> run(command)));
            }
            case Answers.State.Running running -> List.of(new Say(DeviceFrames.ack(id)));
            case Answers.State.Done(var frame) -> List.of(new Say(frame));
        };
    }

    @Override
    public List<ApplianceAct> cancel(String commandId, Instant now) {
        answers.finish(commandId, now, DeviceFrames.error(commandId, "cancelled", "given up when asked to"));
        return List.of(new Abandon(commandId));
    }

    private List<ApplianceAct> run(DeviceCommand command) {
        var frame = result(command.commandId(), command.command());
        answers.finish(command.commandId(), world.now(), frame);
        return List.of(new Say(frame));
    }

    private String result(String id, String command) {
        return switch (command) {
            case "ping_latency" -> ping(id);
            case "firmware_version" -> DeviceFrames.ok(id, machine.release());
            case "signal_strength" -> signal(id);
            case "channel_scan" -> scan(id);
            case "reboot_module" -> DeviceFrames.error(id, "refused", "this computer is not restarted from here");
            case String other -> DeviceFrames.error(id, "unknown_command", "this computer does not know " + other);
        };
    }

    private String ping(String id) {
        var pings = loopback.connect(PINGS);
        if (pings.times().isEmpty()) {
            return DeviceFrames.error(id, "unreachable", "no TCP connection to " + loopback.target());
        }
        var millis = pings.millis();
        var data = JsonNodeFactory.instance
                .objectNode()
                .put("latency_ms", MachineSamples.round(millis.getAverage()))
                .put("target", loopback.target())
                .put("method", "TCP connect over loopback")
                .put("samples", pings.tried())
                .put("failed", pings.tried() - pings.times().size())
                .put("min_ms", MachineSamples.round(millis.getMin()))
                .put("avg_ms", MachineSamples.round(millis.getAverage()))
                .put("max_ms", MachineSamples.round(millis.getMax()));
        return DeviceFrames.ok(id, data);
    }

    private String signal(String id) {
        return switch (machine.wireless()) {
            case Wireless.Signal(var name, var dbm) ->
                DeviceFrames.ok(
                        id,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("signal_dbm", dbm)
                                .put("interface", name));
            case Wireless.Mute(var name) ->
                DeviceFrames.error(id, "no_signal", "the system tells no signal for " + name + "; it may be down");
            case Wireless.Absent absent -> noWireless(id);
            case Wireless.Untold untold -> untold(id);
        };
    }

    private String scan(String id) {
        return switch (machine.wireless()) {
            case Wireless.Signal signal -> noScan(id);
            case Wireless.Mute mute -> noScan(id);
            case Wireless.Absent absent -> noWireless(id);
            case Wireless.Untold untold -> untold(id);
        };
    }

    private static String noScan(String id) {
        return DeviceFrames.error(id, "unsupported", "a scan of this computer's radio needs the rights of its owner");
    }

    private static String noWireless(String id) {
        return DeviceFrames.error(id, "no_wireless", "this computer has no wireless interface");
    }

    private static String untold(String id) {
        return DeviceFrames.error(id, "unsupported", "this system does not tell about its wireless interfaces");
    }
}
