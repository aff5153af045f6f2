package io.probeline.bridge;

import io.probeline.schemas.Ids;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lane's probes: at most one is on the wire, and while it is, nothing else is sent. What it tells before a command is sent is kept
 * with the intent; what it tells afterwards settles the doubt.
 */
final class LaneProbe {
    /** A command does not wait longer than this for what is only asked in case of a crash. */
    static final Duration BEFORE = Duration.ofSeconds(3);

    static final Duration AFTER = Duration.ofSeconds(10);

    private record Out(String id, Moment at, long until) {}

    private @Nullable Out out;
    private Probe.@Nullable Reading before;
    private int asked;

    boolean out() {
        return out != null;
    }

    /** When nobody waits for its answer any more. */
    long until() {
        return out == null ? Moment.NEVER : out.until();
    }

    /** Whether the command must not be sent before the device was asked. */
    boolean wanted(QueuedCommand command) {
        return command.probe() != null && before == null;
    }

    LaneAction.Ask ask(QueuedCommand about, Probe probe, Duration limit, Moment now) {
        var mark = Long.toString(now.wall().toEpochMilli(), 36) + "-" + ++asked;
        var plain = "probe." + about.commandId() + "." + mark;
        var id = Ids.valid(plain) ? plain : "probe." + Ids.derived(about.commandId(), mark);
        out = new Out(id, now, now.in(limit));
        return new LaneAction.Ask(about, probe, id, limit);
    }

    /** When it was asked what this answers; nothing where it answers no probe that is out. */
    Optional<Moment> answered(String id) {
        var answered = Optional.ofNullable(out).filter(each -> each.id().equals(id));
        answered.ifPresent(_ -> out = null);
        return answered.map(Out::at);
    }

    /** Whether the time of the one that is out has passed; it is out no longer then. */
    boolean overdue(Moment now) {
        boolean overdue = now.reached(until());
        if (overdue) {
            out = null;
        }
        return overdue;
    }

    void told(Probe.Reading reading) {
        before = reading;
    }

    /** What the device has told may not hold any more when it is back. */
    void lineLost() {
        out = null;
        before = null;
    }

    /** The next command has nothing to do with what was told for this one. */
    void forget() {
        before = null;
    }

    /** What is kept with an intent. */
    Doubt.Evidence evidence(QueuedCommand command, Moment now) {
        return command.probe() == null || before == null
                ? Doubt.Evidence.NONE
                : new Doubt.Evidence(now.wall(), before.starts());
    }
}
