package io.probeline.testkit;

import io.probeline.testkit.ApplianceAct.Abandon;
import io.probeline.testkit.ApplianceAct.Batch;
import io.probeline.testkit.ApplianceAct.Close;
import io.probeline.testkit.ApplianceAct.Drop;
import io.probeline.testkit.ApplianceAct.Later;
import io.probeline.testkit.ApplianceAct.Say;
import io.probeline.testkit.ApplianceAct.SayBinary;
import io.probeline.testkit.ApplianceAct.Telemetry;
import io.probeline.testkit.ApplianceAct.Utterance;
import io.probeline.testkit.ApplianceAct.Work;
import io.probeline.testkit.Wire.Stamp;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What stands between one appliance and its connections, the newest of which is its session; for the loop's thread. */
final class DeviceLine {
    private final String deviceId;
    private final Appliance appliance;
    private final DeviceContext context;
    private final DeviceChores chores;
    private @Nullable DeviceLink session;

    DeviceLine(String deviceId, Appliance appliance, DeviceContext context) {
        this.deviceId = deviceId;
        this.appliance = appliance;
        this.context = context;
        this.chores = new DeviceChores(context.loop());
    }

    String deviceId() {
        return deviceId;
    }

    Appliance appliance() {
        return appliance;
    }

    void opened(DeviceLink link) {
        record(stamp -> new Wire.Connected(stamp, deviceId, link.number(), link.headers()));
        if (session != null) {
            end(session, 4009, "replaced by a newer connection");
        }
        session = link;
        context.sessions().incrementAndGet();
        perform(appliance.connected(this::actSoon, context.now()));
    }

    /** The socket has gone, which ends the session if the session was still there. */
    void closed(DeviceLink link, int code, String reason, boolean remote) {
        record(stamp -> new Wire.Disconnected(stamp, deviceId, link.number(), code, reason, remote, link.telemetry()));
        release(link);
    }

    void received(DeviceLink link, String text) {
        BridgeFrame.read(text).forEach(frame -> received(link, text, frame));
    }

    void unreadable(DeviceLink link, String frame, String reason) {
        record(stamp -> new Wire.Unreadable(stamp, deviceId, link.number(), frame, reason));
    }

    private void received(DeviceLink link, String text, BridgeFrame frame) {
        // Where the session is another connection by now, no device sees what comes here.
        var live = link == session;
        var connection = link.number();
        switch (frame) {
            case BridgeFrame.Command(var command) ->
                record(stamp -> new Wire.Command(stamp, deviceId, connection, command, live));
            case BridgeFrame.Cancel(var id) -> record(stamp -> new Wire.Cancel(stamp, deviceId, connection, id, live));
            case BridgeFrame.Heartbeat(var id) ->
                record(stamp -> new Wire.Heartbeat(stamp, deviceId, connection, id, live));
            case BridgeFrame.Unreadable(var reason) -> unreadable(link, text, reason);
        }
        if (live) {
            react(frame);
        }
    }

    private void react(BridgeFrame frame) {
        var now = context.now();
        switch (frame) {
            case BridgeFrame.Command(var command) -> perform(appliance.command(command, now));
            case BridgeFrame.Cancel(var id) -> perform(appliance.cancel(id, now));
            case BridgeFrame.Heartbeat(var id) -> performUnlisted(appliance.heartbeat(id, now));
            case BridgeFrame.Unreadable unreadable -> {}
        }
    }

    void tick(DeviceLink link, Instant now) {
        if (link == session) {
            performUnlisted(appliance.tick(now, link.telemetry()));
        }
    }

    void end(int code, String reason) {
        if (session != null) {
            end(session, code, reason);
        }
    }

    private void end(DeviceLink link, int code, String reason) {
        if (link.open()) {
            record(stamp -> new Wire.Closing(stamp, deviceId, link.number(), code, reason));
            link.close(code, reason);
            context.loop().after(context.linger(), () -> link.reset("the close frame was never answered"));
        }
        release(link);
    }

    private void release(DeviceLink link) {
        if (link == session) {
            session = null;
            context.sessions().decrementAndGet();
            appliance.disconnected(context.now());
        }
    }

    private void actSoon(ApplianceAct act) {
        context.loop().post(() -> perform(act, true));
    }

    private void perform(List<ApplianceAct> acts) {
        acts.forEach(act -> perform(act, true));
    }

    /** As {@link #perform(List)}, but too frequent to be listed in the history. */
    private void performUnlisted(List<ApplianceAct> acts) {
        acts.forEach(act -> perform(act, false));
    }

    private void perform(ApplianceAct act, boolean listed) {
        switch (act) {
            case Later(var by, var about, var then) -> chores.later(by, about, () -> perform(then, true));
            case Work(var about, var work) -> chores.work(about, work, this::perform);
            case Abandon(var about) -> chores.abandon(about);
            case Utterance words -> speak(words, listed);
            case Close(var code, var reason) -> end(code, reason);
            case Drop() -> drop();
        }
    }

    private void drop() {
        if (session != null) {
            session.reset("the appliance dropped its connection");
        }
    }

    /** What the device says while it has no session is lost, as it is on a real line. */
    private void speak(Utterance words, boolean listed) {
        var link = session;
        if (link == null || !link.open()) {
            return;
        }
        switch (words) {
            case Say(var text) -> {
                if (listed) {
                    record(stamp -> new Wire.Said(stamp, deviceId, link.number(), text));
                }
                link.say(text);
            }
            case SayBinary(var hex) -> link.say(HexFormat.of().parseHex(hex));
            case Telemetry telemetry -> measure(link, 1, () -> text(link, telemetry));
            case Batch(var telemetry) -> measure(link, telemetry.size(), () -> text(link, telemetry));
        }
    }

    private void measure(DeviceLink link, int count, Supplier<String> text) {
        if (link.crowded()) {
            context.skipped().addAndGet(count);
        } else {
            // Counted first: whoever has read a frame must find it counted.
            context.telemetry().addAndGet(count);
            link.say(text.get());
        }
    }

    private static String text(DeviceLink link, Telemetry telemetry) {
        return DeviceFrames.telemetry(telemetry.ts(), link.nextSeq(), telemetry.metrics());
    }

    private static String text(DeviceLink link, List<Telemetry> telemetry) {
        return telemetry.stream().map(t -> text(link, t)).collect(Collectors.joining(",", "[", "]"));
    }

    private void record(Function<Stamp, Wire> event) {
        context.history().add(context.now(), event);
    }
}
