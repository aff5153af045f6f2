package io.probeline.bridge;

import io.probeline.bridge.LaneAction.Ending;
import io.probeline.record.DeviceEvent;
import io.probeline.record.Outcome;
import io.probeline.record.Session;
import io.probeline.schemas.DeviceId;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Carries out what a device's {@link CommandLane} decides: commits, frames, events. It decides nothing but one thing: an outcome is
 * written, a command, a probe and a cancel are sent only while this bridge may believe that the device is still its own.
 *
 * <p>Metrics: {@code probeline_bridge_commands_sent_total}, {@code probeline_bridge_probes_sent_total}; {@code probeline_bridge_outcomes_total} by {@code outcome};
 * {@code probeline_bridge_lease_stale_total}: outcomes, commands, probes and cancels held back because ownership was in doubt;
 * {@code probeline_bridge_talk_dropped_total} by {@code what} (progress, late): events over the device's allowance.
 */
final class LineCommands {
    private final LineParts parts;
    private final DeviceId device;
    private final CommandLane lane;
    private final Allowance allowance = new Allowance();
    private Session session;
    private LineConnection connection;

    LineCommands(LineParts parts, Takeover takeover, LineConnection connection) {
        this.parts = parts;
        this.session = takeover.session();
        this.device = new DeviceId(session.getDeviceId());
        this.connection = connection;
        this.lane = new CommandLane(
                laneSession(session),
                takeover.place(),
                takeover.done(),
                parts.lease().length(),
                connection.reason());
    }

    boolean settled() {
        return lane.settled();
    }

    boolean idle() {
        return lane.settled() && lane.queued() == 0;
    }

    long dueAt() {
        return lane.dueAt(now());
    }

    /** A change of the session, or another session; {@code its} is the connection that the session has. */
    void session(Session changed, LineConnection its) {
        session = changed;
        var before = connection;
        perform(lane.session(laneSession(changed), now()));
        connection = its;
        if (before != its) {
            perform(lane.down(its.reason(), now()));
        }
    }

    void arrived(List<ReadCommand> commands) {
        for (var read : commands) {
            parts.watch().passed(LaneStep.READ);
            switch (read) {
                case ReadCommand.Understood(var command) -> {
                    perform(lane.arrived(command, now()));
                    if (!ofTheOpening(command)) {
                        connection.poke();
                    }
                }
                case ReadCommand.Unreadable(var place) -> perform(lane.unreadable(place, now()));
            }
        }
    }

    /** Those that came with the session wait for the dial that it began with: they are no new reason for one. */
    private boolean ofTheOpening(QueuedCommand command) {
        return session.getCommands().stream().anyMatch(one -> one.getCommandId().equals(command.commandId()));
    }

    void up() {
        perform(lane.up(now()));
    }

    void down(String reason) {
        perform(lane.down(reason, now()));
    }

    /** For good: what Kafka still answers is of no interest. */
    void leave() {
        lane.leave();
    }

    void halt() {
        perform(lane.halt(now()));
    }

    void time() {
        perform(lane.time(now()));
    }

    void committed(LaneAction.Commit commit, boolean accepted) {
        if (accepted) {
            parts.watch().passed(intent(commit) ? LaneStep.INTENT_COMMITTED : LaneStep.PLACE_COMMITTED);
        }
        var now = parts.loop().look();
        perform(accepted ? lane.committed(commit, now) : lane.commitFailed(commit, now));
    }

    /** What the device says about a command. */
    void frame(DeviceFrame frame) {
        switch (frame) {
            case DeviceFrame.Ack(var id) -> perform(lane.acknowledged(id, now()));
            case DeviceFrame.Progress progress -> perform(lane.progressed(progress, now()));
            case DeviceFrame.Succeeded(var id, var data) -> answered(id, new Ending(Outcome.OK, data, null, null));
            case DeviceFrame.Failed(var id, var code, var message) ->
                answered(id, new Ending(Outcome.ERROR, null, code, message));
            case DeviceFrame.Telemetry _, DeviceFrame.HeartbeatAck _ -> {}
        }
    }

    private void answered(String id, Ending ending) {
        parts.watch().passed(LaneStep.ANSWERED);
        perform(lane.result(id, ending, now()));
    }

    private static boolean intent(LaneAction.Commit commit) {
        return commit.place().attempt() > 0;
    }

    private void perform(List<LaneAction> actions) {
        for (var action : actions) {
            switch (action) {
                case LaneAction.Commit commit -> commit(commit);
                case LaneAction.Send send -> send(send);
                case LaneAction.Ask ask -> ask(ask);
                case LaneAction.SendCancel(var command) -> {
                    if (owned()) {
                        connection.send(BridgeFrames.cancel(command));
                    }
                }
                case LaneAction.Waiting waiting ->
                    parts.log().event(parts.events().waiting(device.value(), waiting, now()));
                case LaneAction.Acknowledged ack -> {
                    parts.watch().passed(LaneStep.ACKNOWLEDGED);
                    parts.log().event(parts.events().acknowledged(device.value(), ack, now()));
                }
                case LaneAction.Progressed progressed ->
                    talk("progress", () -> parts.events().progressed(device.value(), progressed, now()));
                case LaneAction.Late late -> talk("late", () -> parts.events().late(session, late, now()));
                case LaneAction.Conclude conclude -> conclude(conclude);
                case LaneAction.Finished() -> parts.orders().finished(device);
            }
        }
    }

    /** What a device may cause as often as it likes, within its allowance. */
    private void talk(String what, Supplier<DeviceEvent> event) {
        if (allowance.take(now().nanos())) {
            parts.log().event(event.get());
        } else {
            parts.count("probeline_bridge_talk_dropped", "what", what);
        }
    }

    private void commit(LaneAction.Commit commit) {
        if (intent(commit)) {
            parts.watch().passed(LaneStep.INTENT_ASKED);
        }
        if (!parts.commits().offer(device, commit)) {
            // Later, not here: the lane is still handing over what it decided.
            parts.loop().post(() -> committed(commit, false));
        }
    }

    /** Once more the clock, as near to the socket as can be: the process may have been stopped while the frame was made. */
    private void send(LaneAction.Send send) {
        var frame = BridgeFrames.command(send.command(), send.attempt(), now());
        if (!owned()) {
            perform(lane.notSent(now()));
            return;
        }
        connection.send(frame);
        parts.watch().passed(LaneStep.WRITTEN);
        parts.metrics().counter("probeline_bridge_commands_sent").increment();
        parts.log().event(parts.events().sent(device.value(), send, now()));
    }

    /** A probe has no intent of its own to be fenced by: one that is held back was not answered, which the lane bears. */
    private void ask(LaneAction.Ask ask) {
        parts.watch().passed(LaneStep.PROBE_ASKED);
        if (owned()) {
            connection.send(BridgeFrames.probe(ask, now()));
            parts.metrics().counter("probeline_bridge_probes_sent").increment();
        }
    }

    /** By the clock as it is, not as this turn of the loop began with: the process may have slept since. */
    private boolean owned() {
        boolean owned = parts.lease().holds(parts.loop().look().nanos());
        if (!owned) {
            parts.metrics().counter("probeline_bridge_lease_stale").increment();
        }
        return owned;
    }

    private void conclude(LaneAction.Conclude conclude) {
        var id = conclude.command().commandId();
        if (!owned()) {
            parts.loop().post(() -> perform(lane.notDurable(id, now())));
            return;
        }
        parts.watch().passed(LaneStep.OUTCOME_ASKED);
        var event = parts.events().done(device.value(), conclude, now());
        parts.log()
                .event(
                        event,
                        durable -> parts.loop().post(() -> {
                            if (durable) {
                                parts.watch().passed(LaneStep.OUTCOME_DURABLE);
                                parts.count(
                                        "probeline_bridge_outcomes",
                                        "outcome",
                                        conclude.ending().outcome().name());
                            }
                            perform(durable ? lane.durable(id, now()) : lane.notDurable(id, now()));
                        }));
    }

    private Moment now() {
        return parts.loop().now();
    }

    private static LaneSession laneSession(Session session) {
        var cancelled =
                session.getCancelled().stream().map(c -> c.getCommandId()).collect(Collectors.toSet());
        return new LaneSession(session.getSessionId(), session.getGeneration(), SessionStates.open(session), cancelled);
    }
}
