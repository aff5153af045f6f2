package io.probeline.bridge;

import io.probeline.bridge.LaneAction.Ending;
import io.probeline.bridge.LaneStage.Concluding;
import io.probeline.bridge.LaneStage.Doubting;
import io.probeline.bridge.LaneStage.InFlight;
import io.probeline.bridge.LaneStage.Intending;
import io.probeline.bridge.LaneStage.Resting;
import io.probeline.record.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one device, one after the other: queued → intent committed → sent → acknowledged → outcome durable → place moved on.
 *
 * <p>Three rules hold whatever happens. Nothing is sent before its intent has been acknowledged, and not long after it was asked
 * for either: who slept in between may have been replaced. The place moves on only when the outcome is durable. What may have
 * reached the device is sent again only if it is repeatable, and with the next attempt.
 *
 * <p>Pure: inputs and the time in, actions out. The queue holds only what was read ahead from the topic; losing it loses nothing.
 */
final class CommandLane {
    static final int MOST_ATTEMPTS = 5;
    static final Duration CANCEL_GRACE = Duration.ofSeconds(5);
    static final Duration BUSY_GRACE = Duration.ofSeconds(10);
    static final Duration RETRY = Duration.ofMillis(200);
    static final Duration COMMIT_LIMIT = Duration.ofSeconds(15);

    /** What a command waits for that may or may not have run. */
    static final String OUTCOME_UNKNOWN = "outcome_unknown";

    private final LaneQueue queue;
    private final LanePlaces places;
    private final LaneProbe probe = new LaneProbe();
    private final Duration lease;
    private LaneSession session;
    private @Nullable String down;
    private boolean halted;
    private boolean left;

    private LaneStage stage = new Resting(Moment.NEVER);
    /** The last attempt of the head that may have reached the device; 0 when none has. */
    private int ran;

    /** What was known of the device when that attempt was about to be sent. */
    private Doubt.Evidence evidence = Doubt.Evidence.NONE;

    private long busySince = Moment.NEVER;

    /** What the head was last said to wait for. */
    private @Nullable String said;

    /** Cancelled and ended as too late while the device could not be told; it may still be at it when it is back. */
    private @Nullable QueuedCommand untoldCancel;

    private List<LaneAction> actions = new ArrayList<>();

    /**
     * @param recovered what the owner before has committed
     * @param lease how long after a commit was asked for its acknowledgement still allows to send
     * @param down why the device can't be spoken to, as yet
     */
    CommandLane(LaneSession session, CommittedPlace recovered, RunIds done, Duration lease, String down) {
        this.session = session;
        this.places = new LanePlaces(recovered);
        this.queue = new LaneQueue(done);
        this.lease = lease;
        this.down = down;
    }

    /** Commands read ahead, the head included. */
    int queued() {
        return queue.size();
    }

    /** Whether nothing is under way: no effect without outcome, no outcome without its place committed. */
    boolean settled() {
        return stage instanceof Resting && places.settled() && queue.givesUpNothing();
    }

    List<LaneAction> arrived(QueuedCommand command, Moment now) {
        return enqueue(new LaneQueue.Entry(command.place(), command), now);
    }

    /** A record that is no command: its place is passed over. */
    List<LaneAction> unreadable(long place, Moment now) {
        return enqueue(new LaneQueue.Entry(place, null), now);
    }

    /** What the owner before has left of this place. */
    private void recall(long place) {
        ran = places.ran(place);
        evidence = places.evidence(place);
    }

    private List<LaneAction> enqueue(LaneQueue.Entry entry, Moment now) {
        queue.add(entry);
        if (queue.size() == 1) {
            recall(entry.place());
        }
        return goAndGiveUp(now);
    }

    List<LaneAction> session(LaneSession changed, Moment now) {
        if (!changed.sessionId().equals(session.sessionId())) {
            busySince = Moment.NEVER;
            untoldCancel = null;
        }
        session = changed;
        var head = queue.head();
        if (head != null) {
            switch (stage) {
                case Resting _, Concluding _ -> {}
                case Intending _ -> stopUnsent(head);
                case InFlight flight -> stopSent(head, flight, now);
                case Doubting(var doubt) -> stopDoubted(head, doubt);
            }
        }
        return goAndGiveUp(now);
    }

    /** The device can be spoken to. */
    List<LaneAction> up(Moment now) {
        down = null;
        if (untoldCancel != null) {
            actions.add(new LaneAction.SendCancel(untoldCancel));
            untoldCancel = null;
        }
        var head = queue.head();
        if (head != null && stage instanceof InFlight flight && flight.interrupted()) {
            goOn(head, flight, now);
        } else if (stage instanceof Doubting(var doubt)) {
            stage = new Doubting(doubt.askAt(now.in(Doubt.ITS_OWN_WORD)));
        }
        return go(now);
    }

    /** With what was in flight when the connection was lost. */
    private void goOn(QueuedCommand head, InFlight flight, Moment now) {
        if (flight.cancelling()) {
            // Whether it was told already is not known, and twice is once.
            actions.add(new LaneAction.SendCancel(head));
        } else if (head.repeatable()) {
            ran = flight.attempt();
            rest();
        } else if (head.probe() != null) {
            doubt(head, flight, now);
        }
    }

    /** The device can't be spoken to. */
    List<LaneAction> down(String reason, Moment now) {
        down = reason;
        probe.lineLost();
        if (stage instanceof InFlight flight) {
            stage = flight.withLineLost();
        } else if (stage instanceof Doubting(var doubt)) {
            stage = new Doubting(doubt.askAt(Moment.NEVER));
        }
        return go(now);
    }

    /** This bridge gives the device away: nothing more is sent. */
    List<LaneAction> halt(Moment now) {
        halted = true;
        if (stage instanceof Doubting) {
            // The intent stands, with all that is known of it: the next owner goes on asking.
            rest();
        }
        return go(now);
    }

    /**
     * The device is another bridge's now, or will be ours anew with another lane: whatever still comes to this one has no consequence. What it would commit, Kafka
     * might take: it asks which member of the group commits, and not for which lane.
     */
    void leave() {
        halted = true;
        left = true;
    }

    List<LaneAction> committed(LaneAction.Commit commit, Moment now) {
        places.committed(commit);
        var head = queue.head();
        if (head != null && stage instanceof Intending(var intent) && intent.equals(commit)) {
            int attempt = intent.place().attempt();
            if (now.since(intent.requestedAt()).compareTo(lease) > 0) {
                intend(head, attempt, now);
            } else if (halted || down != null || probe.wanted(head) || now.reached(now.at(head.expiresAt()))) {
                withdraw(head, now);
            } else {
                send(head, attempt, intent.place().evidence(), now);
            }
        }
        return go(now);
    }

    /** What was to be sent just now was not: its intent has become too old on the way to the socket, and another is asked for. */
    List<LaneAction> notSent(Moment now) {
        var head = queue.head();
        if (head != null && stage instanceof InFlight flight) {
            intend(head, flight.attempt(), now);
        }
        return go(now);
    }

    List<LaneAction> commitFailed(LaneAction.Commit commit, Moment now) {
        if (stage instanceof Intending(var intent) && intent.equals(commit)) {
            stage = new Resting(now.in(RETRY));
            places.forget(commit);
        } else {
            places.failed(commit, now.in(RETRY));
        }
        return go(now);
    }

    List<LaneAction> acknowledged(String commandId, Moment now) {
        var head = queue.head();
        if (head != null
                && stage instanceof InFlight flight
                && head.commandId().equals(commandId)
                && !flight.acknowledged()) {
            stage = flight.withAck();
            actions.add(new LaneAction.Acknowledged(head, flight.attempt()));
        }
        return go(now);
    }

    List<LaneAction> progressed(DeviceFrame.Progress progress, Moment now) {
        var head = queue.head();
        if (head != null && stage instanceof InFlight flight && head.commandId().equals(progress.commandId())) {
            actions.add(new LaneAction.Progressed(head, flight.attempt(), progress));
        }
        return go(now);
    }

    List<LaneAction> result(String commandId, Ending ending, Moment now) {
        var asked = probe.answered(commandId);
        if (asked.isPresent()) {
            told(asked.get(), ending, now);
            return go(now);
        }
        var head = queue.head();
        boolean awaited = head != null
                && head.commandId().equals(commandId)
                && (stage instanceof InFlight
                        || stage instanceof Doubting
                        || (ran > 0 && !(stage instanceof Concluding)));
        if (head == null || !awaited) {
            actions.add(new LaneAction.Late(commandId, ending));
        } else if (cancelling() && "cancelled".equals(ending.code())) {
            conclude(head, LaneEndings.TOO_LATE);
        } else {
            conclude(head, ending);
        }
        return go(now);
    }

    List<LaneAction> durable(String commandId, Moment now) {
        if (queue.gaveUp(commandId)) {
            queue.ended(commandId);
            return go(now);
        }
        var head = queue.head();
        if (head != null && head.commandId().equals(commandId) && stage instanceof Concluding) {
            queue.ended(commandId);
            finish(head.place(), now);
        }
        return go(now);
    }

    /** Of a command behind the head, this is told once more when its turn comes. */
    List<LaneAction> notDurable(String commandId, Moment now) {
        if (!queue.gaveUp(commandId) && stage instanceof Concluding concluding) {
            stage = new Concluding(concluding.attempt(), concluding.ending(), now.in(RETRY));
        }
        return go(now);
    }

    List<LaneAction> time(Moment now) {
        places.retry(now).ifPresent(actions::add);
        var head = queue.head();
        if (probe.overdue(now)) {
            untold(head, now);
        }
        if (head != null) {
            switch (stage) {
                case Resting _ -> {}
                case Intending(var intent) when now.since(intent.requestedAt()).compareTo(COMMIT_LIMIT) > 0 -> rest();
                case Intending _ -> {}
                case InFlight flight when now.reached(flight.cancelBy()) -> unanswered(head);
                case InFlight flight when now.reached(flight.deadline()) -> overdue(head, flight, now);
                case InFlight _ -> {}
                case Doubting(var doubt) -> settle(head, doubt, now);
                case Concluding(var attempt, var ending, var retryAt)
                when now.reached(retryAt) -> conclude(head, attempt, ending);
                case Concluding _ -> {}
            }
        }
        return go(now);
    }

    /** When {@link #time} is to be called next, if nothing else happens; {@link Moment#NEVER} for not at all. */
    long dueAt(Moment now) {
        if (left) {
            return Moment.NEVER;
        }
        var head = queue.head();
        long other = Math.min(places.retryAt(), probe.until());
        if (head == null) {
            return other;
        }
        long due = switch (stage) {
            case Resting(var notBefore) -> restsUntil(head, notBefore, now);
            case Intending(var intent) -> intent.requestedAt() + COMMIT_LIMIT.toNanos() + 1;
            case InFlight flight -> Math.min(flight.deadline(), flight.cancelBy());
            case Doubting(var doubt) -> Math.min(doubt.giveUpAt(), probe.out() ? Moment.NEVER : doubt.askAt());
            case Concluding concluding -> concluding.retryAt();
        };
        return Math.min(due, other);
    }

    /** Only what the time itself will end: a moment that has passed and changed nothing would have the lane asked without pause. */
    private long restsUntil(QueuedCommand head, long notBefore, Moment now) {
        if (queue.givingUp(head)) {
            return Moment.NEVER;
        }
        if (LaneStanding.of(head, session) == LaneStanding.BUSY) {
            return busySince + BUSY_GRACE.toNanos();
        }
        return halted ? Moment.NEVER : Math.min(notBefore, now.at(head.expiresAt()));
    }

    /** Who cancels what waits behind the head is told so now, not when its turn comes: it was never sent, and never will be. */
    private List<LaneAction> goAndGiveUp(Moment now) {
        var all = go(now);
        if (halted || session.cancelled().isEmpty()) {
            return all;
        }
        queue.giveUp(session).forEach(command -> all.add(new LaneAction.Conclude(command, 0, LaneEndings.NOT_SENT)));
        return all;
    }

    /** Takes the head as far as it goes now, then hands the actions over. */
    private List<LaneAction> go(Moment now) {
        if (left) {
            actions = new ArrayList<>();
            return List.of();
        }
        LaneQueue.Entry entry;
        while (stage instanceof Resting(var notBefore) && (entry = queue.first()) != null) {
            var command = entry.command();
            if (command == null || queue.passedOver(command)) {
                finish(entry.place(), now);
                continue;
            }
            if (queue.givingUp(command)) {
                break;
            }
            if (now.reached(notBefore) || notBefore == Moment.NEVER) {
                stage = new Resting(Moment.NEVER);
            }
            begin(command, now);
            break;
        }
        var all = actions;
        actions = new ArrayList<>();
        return all;
    }

    private void begin(QueuedCommand head, Moment now) {
        if (busySince == Moment.NEVER && LaneStanding.of(head, session) == LaneStanding.BUSY) {
            busySince = now.nanos();
        }
        switch (HeadVerdict.of(head, new HeadVerdict.Facts(session, ran, down, halted, busySince), now)) {
            case HeadVerdict.Ends(var ending) -> end(head, ending);
            case HeadVerdict.Waits(var reason) -> waiting(head, reason);
            case HeadVerdict.Goes() -> {
                if (stage instanceof Resting(var notBefore) && notBefore == Moment.NEVER && !probe.out()) {
                    askOrIntend(head, now);
                }
            }
            case HeadVerdict.Doubted(var unknown) -> doubt(head, unknown, now);
            case HeadVerdict.Stays() -> {}
        }
    }

    /** What a crash would leave in doubt is made certain beforehand, as far as the device lets it. */
    private void askOrIntend(QueuedCommand head, Moment now) {
        var how = head.probe();
        if (how != null && probe.wanted(head)) {
            actions.add(probe.ask(head, how, LaneProbe.BEFORE, now));
        } else {
            intend(head, ran + 1, now);
        }
    }

    private void intend(QueuedCommand head, int attempt, Moment now) {
        stage = new Intending(commit(new CommittedPlace(head.place(), attempt, probe.evidence(head, now)), now));
    }

    /** The intent stands, but nothing will follow it now: without this, the next owner would take it for sent. */
    private void withdraw(QueuedCommand head, Moment now) {
        rest();
        commit(new CommittedPlace(head.place(), ran), now);
    }

    /** The owner before may have sent it, at the latest when its commit was acknowledged. */
    private void doubt(QueuedCommand head, Ending unknown, Moment now) {
        var at = evidence.at();
        long deadline =
                at == null ? now.in(head.deadline()) : now.at(at.plus(lease).plus(head.deadline()));
        doubt(head, Doubt.of(ran, unknown, evidence, deadline), now);
    }

    /** The connection over which it was sent is lost. */
    private void doubt(QueuedCommand head, InFlight flight, Moment now) {
        doubt(head, Doubt.of(flight.attempt(), LaneEndings.CONNECTION_LOST, evidence, flight.deadline()), now);
    }

    private void doubt(QueuedCommand head, Doubt doubt, Moment now) {
        ran = doubt.attempt();
        stage = new Doubting(down == null ? doubt.askAt(now.in(Doubt.ITS_OWN_WORD)) : doubt);
        waiting(head, OUTCOME_UNKNOWN);
    }

    private void overdue(QueuedCommand head, InFlight flight, Moment now) {
        if (flight.interrupted() && head.probe() != null && !head.repeatable()) {
            doubt(head, flight, now);
        } else {
            conclude(head, LaneEndings.overdue(head, flight));
        }
    }

    /** Asks again, or gives up. */
    private void settle(QueuedCommand head, Doubt doubt, Moment now) {
        var how = head.probe();
        if (now.reached(doubt.giveUpAt())) {
            conclude(head, LaneEndings.untold(doubt.unknown(), "the device did not answer what would tell"));
        } else if (how != null && now.reached(doubt.askAt()) && !probe.out()) {
            actions.add(probe.ask(head, how, LaneProbe.AFTER, now));
        }
    }

    /** A probe's answer. */
    private void told(Moment asked, Ending answer, Moment now) {
        var head = queue.head();
        var how = head == null ? null : head.probe();
        if (head == null || how == null) {
            return;
        }
        switch (stage) {
            case Doubting(var doubt)
            when answer.outcome() == Outcome.OK ->
                judged(head, doubt, doubt.judge(how.read(answer.data()), asked, now), answer, now);
            case Doubting _ -> untold(head, now);
            case Resting _ -> probe.told(how.read(answer.data()));
            case Intending _, InFlight _, Concluding _ -> {}
        }
    }

    private void judged(QueuedCommand head, Doubt doubt, Doubt.Word word, Ending answer, Moment now) {
        switch (word) {
            case RAN -> conclude(head, LaneEndings.executed(answer.data()));
            case DID_NOT_RUN -> conclude(head, LaneEndings.notExecuted(answer.data()));
            case NOT_YET -> stage = new Doubting(doubt.askAt(Math.min(doubt.deadline(), now.in(Doubt.AGAIN))));
            case CANNOT_TELL ->
                conclude(head, LaneEndings.untold(doubt.unknown(), "the device does not give what would tell"));
        }
    }

    /** The device did not answer a probe, or not with a reading. */
    private void untold(@Nullable QueuedCommand head, Moment now) {
        if (stage instanceof Doubting(var doubt)) {
            stage = new Doubting(doubt.askAt(now.in(Doubt.AGAIN)));
        } else if (stage instanceof Resting && head != null && probe.wanted(head)) {
            probe.told(Probe.Reading.NOTHING);
        }
    }

    /** Nobody wants to wait any longer for what the device will tell. */
    private void stopDoubted(QueuedCommand head, Doubt doubt) {
        if (LaneStanding.of(head, session) != LaneStanding.CURRENT) {
            conclude(head, LaneEndings.untold(doubt.unknown(), "the session has ended"));
        } else if (session.cancelled().contains(head.commandId())) {
            end(head, LaneEndings.TOO_LATE);
        }
    }

    private void send(QueuedCommand head, int attempt, Doubt.Evidence kept, Moment now) {
        evidence = kept;
        said = null;
        stage = new InFlight(attempt, now.in(head.deadline()), false, false, Moment.NEVER);
        actions.add(new LaneAction.Send(head, attempt));
    }

    /** The session has changed while the intent is on its way: if that ends the command, it was never sent. */
    private void stopUnsent(QueuedCommand head) {
        if (LaneStanding.of(head, session) != LaneStanding.CURRENT) {
            conclude(head, LaneEndings.closed(ran));
        } else if (session.cancelled().contains(head.commandId())) {
            end(head, LaneEndings.cancelled(ran));
        }
    }

    /** The session has changed while the device is at it. */
    private void stopSent(QueuedCommand head, InFlight flight, Moment now) {
        boolean closed = LaneStanding.of(head, session) != LaneStanding.CURRENT;
        boolean cancelled = session.cancelled().contains(head.commandId());
        if ((closed || cancelled) && !cancelling()) {
            actions.add(new LaneAction.SendCancel(head));
            stage = flight.withCancel(now.in(CANCEL_GRACE));
        }
        if (closed) {
            conclude(head, head.repeatable() ? LaneEndings.closed(flight.attempt()) : LaneEndings.CLOSED_UNKNOWN);
        }
    }

    private boolean cancelling() {
        return stage instanceof InFlight flight && flight.cancelling();
    }

    /** The device has not answered to the cancel; perhaps it has not heard it. */
    private void unanswered(QueuedCommand head) {
        untoldCancel = down == null ? null : head;
        conclude(head, LaneEndings.TOO_LATE);
    }

    /** What is cancelled too late may be under way in the device, which is told to give it up: now, or when it is back. */
    private void end(QueuedCommand head, Ending ending) {
        if (ending.equals(LaneEndings.TOO_LATE)) {
            if (down == null) {
                actions.add(new LaneAction.SendCancel(head));
            } else {
                untoldCancel = head;
            }
        }
        conclude(head, ending);
    }

    private void conclude(QueuedCommand head, Ending ending) {
        int attempt = switch (stage) {
            case InFlight flight -> flight.attempt();
            case Doubting(var doubt) -> doubt.attempt();
            case Resting _, Intending _, Concluding _ -> ran;
        };
        conclude(head, attempt, ending);
    }

    private void conclude(QueuedCommand head, int attempt, Ending ending) {
        stage = new Concluding(attempt, ending, Moment.NEVER);
        actions.add(new LaneAction.Conclude(head, attempt, ending));
    }

    private void finish(long place, Moment now) {
        queue.removeFirst();
        ran = 0;
        evidence = Doubt.Evidence.NONE;
        probe.forget();
        busySince = Moment.NEVER;
        said = null;
        rest();
        commit(new CommittedPlace(place + 1, 0), now);
        actions.add(new LaneAction.Finished());
    }

    private void rest() {
        stage = new Resting(Moment.NEVER);
    }

    private LaneAction.Commit commit(CommittedPlace place, Moment now) {
        var commit = places.commit(place, now);
        actions.add(commit);
        return commit;
    }

    private void waiting(QueuedCommand head, String reason) {
        if (!reason.equals(said)) {
            said = reason;
            actions.add(new LaneAction.Waiting(head, reason));
        }
    }
}
