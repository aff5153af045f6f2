package io.probeline.bridge;

import io.probeline.bridge.LaneAction.Commit;
import io.probeline.bridge.LaneAction.Conclude;
import io.probeline.bridge.LaneAction.Ending;
import io.probeline.record.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A lane that breaks one of its promises, and keeps the others. */
final class BrokenLane extends CommandLane {
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final SeededFault fault;
    private final List<Conclude> heldBack = new ArrayList<>();
    private final List<Commit> late = new ArrayList<>();

    BrokenLane(
            SeededFault fault,
            LaneSession session,
            CommittedPlace recovered,
            RunIds done,
            Duration lease,
            String down) {
        super(session, recovered, done, fault == SeededFault.NO_FENCE ? FOR_EVER : lease, down);
        this.fault = fault;
    }

    @Override
    List<LaneAction> arrived(QueuedCommand command, Moment now) {
        var taken = fault == SeededFault.RESENDS_ONCE ? repeatable(command) : command;
        return broken(super.arrived(taken, now), now);
    }

    private static QueuedCommand repeatable(QueuedCommand c) {
        return new QueuedCommand(
                c.place(),
                c.commandId(),
                c.interactionId(),
                c.sessionId(),
                c.generation(),
                c.command(),
                c.params(),
                c.deadline(),
                c.expiresAt(),
                true,
                null);
    }

    @Override
    List<LaneAction> committed(Commit commit, Moment now) {
        var actions = new ArrayList<>(broken(super.committed(commit, now), now));
        if (commit.place().attempt() == 0) {
            actions.addAll(heldBack);
            heldBack.clear();
        }
        return actions;
    }

    @Override
    List<LaneAction> commitFailed(Commit commit, Moment now) {
        boolean sends = fault == SeededFault.NO_FENCE && commit.place().attempt() > 0;
        return sends ? committed(commit, now) : broken(super.commitFailed(commit, now), now);
    }

    @Override
    List<LaneAction> session(LaneSession changed, Moment now) {
        return broken(super.session(changed, now), now);
    }

    @Override
    List<LaneAction> up(Moment now) {
        return broken(super.up(now), now);
    }

    @Override
    List<LaneAction> down(String reason, Moment now) {
        return broken(super.down(reason, now), now);
    }

    @Override
    List<LaneAction> result(String commandId, Ending ending, Moment now) {
        var actions = new ArrayList<LaneAction>(late);
        late.clear();
        actions.addAll(broken(super.result(commandId, ending, now), now));
        return actions;
    }

    @Override
    List<LaneAction> durable(String commandId, Moment now) {
        return broken(super.durable(commandId, now), now);
    }

    @Override
    List<LaneAction> time(Moment now) {
        return broken(super.time(now), now);
    }

    private List<LaneAction> broken(List<LaneAction> actions, Moment now) {
        var all = new ArrayList<LaneAction>();
        for (var action : actions) {
            if (fault == SeededFault.INTENT_AFTER_SEND
                    && action instanceof Commit intent
                    && intent.place().attempt() > 0) {
                all.addAll(super.committed(intent, now));
                late.add(intent);
            } else if (fault == SeededFault.TWO_IN_FLIGHT && action instanceof LaneAction.Send send) {
                all.add(send);
                all.addAll(super.result(send.command().commandId(), new Ending(Outcome.OK, null, null, null), now));
            } else if (fault == SeededFault.PLACE_BEFORE_OUTCOME && action instanceof Conclude conclude) {
                heldBack.add(conclude);
                all.addAll(super.durable(conclude.command().commandId(), now));
            } else {
                all.add(action);
            }
        }
        return all;
    }
}
