package io.probeline.testkit;

import io.probeline.testkit.ApplianceAct.Abandon;
import io.probeline.testkit.ApplianceAct.Close;
import io.probeline.testkit.ApplianceAct.Drop;
import io.probeline.testkit.ApplianceAct.Later;
import io.probeline.testkit.ApplianceAct.Say;
import io.probeline.testkit.ApplianceAct.SayBinary;
import io.probeline.testkit.ApplianceAct.Telemetry;
import io.probeline.testkit.ApplianceMemory.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A healthy appliance that a test bends at any moment, from any thread. */
public final class ScriptedAppliance implements Appliance {
    private static final String REBOOT = "reboot_module";
    private static final Map<String, Double> HEALTHY =
            Map.of("signal_strength", -60.0, "latency", 20.0, "packet_loss", 0.0, "errors", 0.0);

    // Everything is guarded by this: the backend's thread asks, the test's thread changes.
    private final ApplianceMemory memory = new ApplianceMemory();
    private final List<DeviceCommand> executed = new ArrayList<>();
    private final Map<String, ApplianceAnswer> answers = new HashMap<>(Map.of(
            "ping_latency", ApplianceAnswer.ok(Map.of("latency", 20.0)),
            "signal_strength", ApplianceAnswer.ok(Map.of("signal_strength", -60.0)),
            "channel_scan", ApplianceAnswer.ok(Map.of("channels", List.of(Map.of("channel", 6, "rssi", -61))))));
    private @Nullable Consumer<ApplianceAct> line;
    private Admission admission = new Admission.Accept();
    private Map<String, ? extends Number> metrics = HEALTHY;
    private Duration clockSkew = Duration.ZERO;
    private boolean clock = true;
    private boolean silent;
    private boolean heartbeatsMuted;
    private boolean remembersCommandIds = true;
    private String version = "1.0.0";
    private Duration firmwareAfter = Duration.ZERO;
    private long bootCounter = 1;
    private Duration rebootTime = Duration.ofSeconds(2);
    private RebootResult rebootResult = RebootResult.AFTER_RETURN;
    private Instant backAt = Instant.MIN;
    private Optional<String> afterReturn = Optional.empty();

    /** When an appliance says that a reboot went well. */
    public enum RebootResult {
        BEFORE_DROP,
        AFTER_RETURN,
        NEVER
    }

    /** Cuts the connection with a TCP reset; the next one is let in as usual. */
    public void dropConnection() {
        act(new Drop());
    }

    /** Ends the session with this close code. */
    public void close(int code) {
        act(new Close(code, "scripted"));
    }

    /** Sends this text as it is. */
    public void send(String rawText) {
        act(new Say(rawText));
    }

    public void sendBinary(byte... bytes) {
        act(new SayBinary(HexFormat.of().formatHex(bytes)));
    }

    private synchronized void act(ApplianceAct act) {
        if (line == null) {
            throw new IllegalStateException("the appliance has no session to act on");
        }
        line.accept(act);
    }

    /** Whether the appliance has a session. */
    public synchronized boolean connected() {
        return line != null;
    }

    /** Answers every handshake with this status, until {@link #accept()}. */
    public synchronized void refuse(int status) {
        admission = new Admission.Refuse(status);
    }

    /** Never answers a handshake, until {@link #accept()}. */
    public synchronized void hang() {
        admission = new Admission.Hang();
    }

    public synchronized void accept() {
        admission = new Admission.Accept();
    }

    /** Accepts, and selects this sub-protocol; an empty one selects none. */
    public synchronized void accept(String subprotocol) {
        admission = new Admission.Accept(subprotocol);
    }

    /** Whether it sends no telemetry. */
    public synchronized void silent(boolean on) {
        silent = on;
    }

    /** Whether it leaves heartbeats unanswered. */
    public synchronized void muteHeartbeats(boolean on) {
        heartbeatsMuted = on;
    }

    /** What it measures from now on. */
    public synchronized void metrics(Map<String, ? extends Number> values) {
        metrics = Map.copyOf(values);
    }

    /** How far its clock is ahead, or behind where this is negative. */
    public synchronized void clockSkew(Duration ahead) {
        clockSkew = ahead;
    }

    /** Whether it has a clock at all; without, telemetry has no ts. */
    public synchronized void clock(boolean on) {
        clock = on;
    }

    /** How it answers a command from now on; for reboot_module, ask {@link #reboots}. */
    public synchronized void answer(String command, ApplianceAnswer answer) {
        answers.put(command, answer);
    }

    /** How long every command takes that has an answer by now, reboots apart. */
    public synchronized void answersAfter(Duration duration) {
        answers.replaceAll((command, answer) -> answer.after(duration));
        firmwareAfter = duration;
    }

    /** Whether a repeat of a commandId gets the first result instead of another run. */
    public synchronized void remembersCommandIds(boolean on) {
        remembersCommandIds = on;
    }

    /** How a reboot goes: for so long no connection is let in, and its result comes then, or does not. */
    public synchronized void reboots(Duration takes, RebootResult result) {
        rebootTime = takes;
        rebootResult = result;
    }

    public synchronized void version(String firmware) {
        version = firmware;
    }

    public synchronized long bootCounter() {
        return bootCounter;
    }

    /** What it ran, in order; a repeat that it only answered is not in it. */
    public synchronized List<DeviceCommand> executed() {
        return List.copyOf(executed);
    }

    @Override
    public synchronized Admission admit(Instant now) {
        return now.isBefore(backAt) ? new Admission.Refuse(503) : admission;
    }

    @Override
    public synchronized List<ApplianceAct> connected(Consumer<ApplianceAct> newLine, Instant now) {
        line = newLine;
        var result = afterReturn.<ApplianceAct>map(Say::new);
        afterReturn = Optional.empty();
        return result.stream().toList();
    }

    @Override
    public synchronized void disconnected(Instant now) {
        line = null;
    }

    @Override
    public synchronized List<ApplianceAct> tick(Instant now, long seq) {
        return silent ? List.of() : List.of(new Telemetry(clock ? now.plus(clockSkew) : null, metrics));
    }

    @Override
    public synchronized List<ApplianceAct> heartbeat(long id, Instant now) {
        return heartbeatsMuted ? List.of() : Appliance.super.heartbeat(id, now);
    }

    @Override
    public synchronized List<ApplianceAct> command(DeviceCommand command, Instant now) {
        var run = memory.recall(command.commandId()).filter(known -> remembersCommandIds);
        if (run.isPresent()) {
            return repeat(command.commandId(), run.get(), now);
        }
        executed.add(command);
        boolean reboots = command.command().equals(REBOOT) && !answers.containsKey(REBOOT);
        return reboots ? reboot(command, now) : run(command, now);
    }

    /** The first result again, but not before it is there, and not twice. */
    private static List<ApplianceAct> repeat(String commandId, Run run, Instant now) {
        var acts = new ArrayList<ApplianceAct>();
        acts.add(new Abandon(commandId));
        acts.add(new Say(DeviceFrames.ack(commandId)));
        run.result().ifPresent(r -> acts.add(new Later(run.left(now), commandId, new Say(r))));
        return acts;
    }

    private List<ApplianceAct> run(DeviceCommand command, Instant now) {
        var id = command.commandId();
        var answer = answerTo(command.command());
        var result = answer.result(id);
        memory.keep(id, new Run(now.plus(answer.after()), result));
        var acts = new ArrayList<ApplianceAct>();
        if (answer.acknowledged()) {
            acts.add(new Say(DeviceFrames.ack(id)));
        }
        for (int step = 1; step <= answer.progress(); step++) {
            var percent = 100 * step / (answer.progress() + 1);
            var at = answer.after().multipliedBy(step).dividedBy(answer.progress() + 1L);
            acts.add(new Later(at, id, new Say(DeviceFrames.progress(id, percent, "step " + step))));
        }
        result.ifPresent(r -> acts.add(new Later(answer.after(), id, new Say(r))));
        return acts;
    }

    private ApplianceAnswer answerTo(String command) {
        var scripted = answers.get(command);
        if (scripted != null) {
            return scripted;
        }
        return command.equals("firmware_version")
                ? ApplianceAnswer.ok(Map.of("version", version, "bootCounter", bootCounter))
                        .after(firmwareAfter)
                : ApplianceAnswer.error("unknown_command", "this appliance does not know " + command);
    }

    private List<ApplianceAct> reboot(DeviceCommand command, Instant now) {
        var id = command.commandId();
        bootCounter++;
        backAt = now.plus(rebootTime);
        var result = ApplianceAnswer.ok(Map.of("bootCounter", bootCounter)).result(id);
        memory.keep(id, new Run(backAt, rebootResult == RebootResult.NEVER ? Optional.empty() : result));
        var acts = new ArrayList<ApplianceAct>();
        acts.add(new Say(DeviceFrames.ack(id)));
        switch (rebootResult) {
            case BEFORE_DROP -> result.map(Say::new).ifPresent(acts::add);
            case AFTER_RETURN -> afterReturn = result;
            case NEVER -> {}
        }
        // Not with a reset at once: what was said before has to get out.
        acts.add(new Later(Duration.ofMillis(20), REBOOT, new Drop()));
        return acts;
    }
}
