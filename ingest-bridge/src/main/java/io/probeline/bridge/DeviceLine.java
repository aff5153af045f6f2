package io.probeline.bridge;

import io.probeline.record.DeadLetter;
import io.probeline.record.Session;
import io.probeline.schemas.DeviceId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** One device that this bridge owns: its session's connection, its commands, its telemetry. Runs on the device loop alone. */
final class DeviceLine implements LineConnection.Owner {
    /** A command may have been accepted while its session was being closed: it still gets its outcome. */
    private static final Duration LINGER = Duration.ofMinutes(1);

    private final LineParts parts;
    private final FrameDecoder decoder;
    private final int partition;
    private final DeviceId device;
    private final LineCommands commands;
    private Session session;
    private LineConnection connection;
    private LineTelemetry telemetry;
    private long lingersUntil = Moment.NEVER;
    private boolean leaving;
    private long alarmAt = Moment.NEVER;

    DeviceLine(LineParts parts, FrameDecoder decoder, Takeover takeover) {
        this.parts = parts;
        this.decoder = decoder;
        this.partition = takeover.partition();
        this.session = takeover.session();
        this.device = new DeviceId(session.getDeviceId());
        this.connection = new LineConnection(parts, session, this);
        this.commands = new LineCommands(parts, takeover, connection);
        this.telemetry = new LineTelemetry(session, parts.loop().now());
    }

    DeviceId device() {
        return device;
    }

    int partition() {
        return partition;
    }

    /** @param read takes what is read of its commands, on any thread */
    void start(CommittedPlace from, Consumer<List<ReadCommand>> read) {
        parts.orders().follow(device, from, read);
        if (!SessionStates.open(session)) {
            end();
        } else if (SessionStates.begun(session)) {
            // Windows have ended while nobody had this device: they close now, and not with the next one.
            parts.log().telemetry(telemetry.tick(parts.loop().now()));
        }
        time();
    }

    /** The session as it stands now, or the device's next one. */
    void session(Session changed) {
        boolean same = changed.getSessionId().equals(session.getSessionId());
        session = changed;
        if (!same) {
            var before = connection;
            connection = new LineConnection(parts, changed, this);
            telemetry = new LineTelemetry(changed, parts.loop().now());
            lingersUntil = Moment.NEVER;
            commands.session(changed, connection);
            before.close(CloseCodes.NORMAL, "the session has ended");
        } else {
            connection.stands(changed);
            commands.session(changed, connection);
        }
        if (!SessionStates.open(changed)) {
            end();
        }
        time();
    }

    private void end() {
        connection.close(CloseCodes.NORMAL, "the session has ended");
        commands.down(LinePhase.Stopped.CLOSED);
        if (lingersUntil == Moment.NEVER) {
            lingersUntil = parts.loop().now().in(LINGER);
        }
    }

    void arrived(List<ReadCommand> read) {
        commands.arrived(read);
        time();
    }

    void committed(LaneAction.Commit commit, boolean accepted) {
        commands.committed(commit, accepted);
        time();
    }

    /** A frame that was due since then has had time to come. */
    void windowEnded(Instant end) {
        if (SessionStates.open(session) && !leaving) {
            telemetry.windowEnded(end, parts.loop().now()).ifPresent(parts.log()::telemetry);
        }
    }

    /** This bridge gives the device away: what is in flight is waited for, and nothing else is begun. */
    void settle() {
        commands.halt();
    }

    boolean settled() {
        return commands.settled();
    }

    /** Whether nobody needs this line any more. */
    boolean over() {
        return parts.loop().now().reached(lingersUntil) && commands.idle();
    }

    void leave() {
        leaving = true;
        commands.leave();
        connection.close(CloseCodes.GOING_AWAY, "another bridge takes over");
        parts.orders().unfollow(device);
        parts.commits().forget(device);
    }

    /** Does what is due, and has itself called when something will be. */
    void time() {
        if (leaving) {
            return;
        }
        connection.time();
        commands.time();
        changed();
    }

    @Override
    public void changed() {
        if (leaving) {
            return;
        }
        long due = Math.min(connection.dueAt(), commands.dueAt());
        if (due < alarmAt || parts.loop().now().reached(alarmAt)) {
            alarmAt = due;
            if (due != Moment.NEVER) {
                parts.loop().at(due, () -> alarm(due));
            }
        }
    }

    /** Only the earliest alarm counts: the ones that it overtook find that they are not it. */
    private void alarm(long due) {
        if (due == alarmAt) {
            alarmAt = Moment.NEVER;
            time();
        }
    }

    @Override
    public void up() {
        telemetry.connected();
        commands.up();
        changed();
    }

    @Override
    public void down(String reason) {
        commands.down(reason);
        changed();
    }

    @Override
    public void text(byte[] bytes, int offset, int length) {
        var read = decoder.decode(bytes, offset, length);
        for (var frame : read.frames()) {
            if (frame instanceof DeviceFrame.Telemetry values) {
                telemetry.frame(values, parts.loop().now()).ifPresent(parts.log()::telemetry);
            } else {
                commands.frame(frame);
                changed();
            }
        }
        var fault = read.fault();
        if (fault != null) {
            int kept = Math.min(length, FrameReader.KEPT);
            refused(fault, Arrays.copyOfRange(bytes, offset, offset + kept), length);
        }
    }

    @Override
    public void refused(FrameFault fault, byte[] head, long size) {
        parts.count("probeline_bridge_bad_frames", "reason", fault.reason());
        parts.log()
                .deadLetter(
                        device.value(),
                        DeadLetter.newBuilder()
                                .setReason(fault.reason())
                                .setDetail(fault.detail())
                                .setSource("device")
                                .setDeviceId(device.value())
                                .setInteractionId(session.getInteractionId())
                                .setPayload(ByteBuffer.wrap(head))
                                .setSize(size)
                                .setAt(parts.loop().now().wall())
                                .build());
        connection.bad();
        changed();
    }
}
