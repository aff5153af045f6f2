package io.probeline.bridge;

import io.probeline.bridge.LaneAction.Ending;
import io.probeline.bridge.LaneStage.Concluding;
import io.probeline.bridge.LaneStage.InFlight;
import io.probeline.bridge.LaneStage.Intending;
import io.probeline.bridge.LaneStage.Resting;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

    /** A place of the queue; without a command where none could be read. */
    private record Entry(long place, @Nullable QueuedCommand command) {}

    private final Deque<Entry> queue = new ArrayDeque<>();
    private final LanePlaces places;
    private final Duration lease;
    private final RunIds done;
    private LaneSession session;
    private @Nullable String down;
    private boolean halted;

    private LaneStage stage = new Resting(Moment.NEVER);
    /** The last attempt of the head that may have reached the device; 0 when none has. */
    private int ran;

    private long busySince = Moment.NEVER;
    private final Set<String> said = new HashSet<>();
    /** Behind the head and cancelled: that they are not sent is being written. None of them is taken up before that is known. */
    private final Set<String> givingUp = new HashSet<>();

    private List<LaneAction> actions = new ArrayList<>();

    /**
     * @param recovered what the owner before has committed
     * @param lease how long after a commit was asked for its acknowledgement still allows to send
     * @param down why the device can't be spoken to, as yet
     */
    CommandLane(LaneSession session, CommittedPlace recovered, RunIds done, Duration lease, String down) {
        this.session = session;
        this.places = new LanePlaces(recovered);
        this.done = done;
        this.lease = lease;
        this.down = down;
    }

    /** Commands read ahead, the head included. */
    int queued() {
        return queue.size();
    }

    /** Whether nothing is under way: no effect without outcome, no outcome without its place committed. */
    boolean settled() {
        return stage instanceof Resting && places.settled() && givingUp.isEmpty();
    }

    List<LaneAction> arrived(QueuedCommand command, Moment now) {
        return enqueue(new Entry(command.place(), command), now);
    }

    /** A record that is no command: its place is passed over. */
    List<LaneAction> unreadable(long place, Moment now) {
        return enqueue(new Entry(place, null), now);
    }

    private List<LaneAction> enqueue(Entry entry, Moment now) {
        queue.add(entry);
        if (queue.size() == 1) {
            ran = places.ran(entry.place());
        }
        return goAndGiveUp(now);
    }

    List<LaneAction> session(LaneSession changed, Moment now) {
        if (!changed.sessionId().equals(session.sessionId())) {
            busySince = Moment.NEVER;
        }
        session = changed;
        var head = head();
        if (head != null) {
            switch (stage) {
                case Resting _, Concluding _ -> {}
                case Intending _ -> stopUnsent(head);
                case InFlight flight -> stopSent(head, flight, now);
            }
        }
        return goAndGiveUp(now);
    }

    /** The device can be spoken to. */
    List<LaneAction> up(Moment now) {
        down = null;
        var head = head();
        if (head != null
                && stage instanceof InFlight flight
                && flight.interrupted()
                && head.repeatable()
                && !flight.cancelling()) {
            ran = flight.attempt();
            rest();
        }
        return go(now);
    }

    /** The device can't be spoken to. */
    List<LaneAction> down(String reason, Moment now) {
        down = reason;
        if (stage instanceof InFlight flight) {
            stage = flight.withLineLost();
        }
        return go(now);
    }

    /** This bridge gives the device away: nothing more is sent. */
    List<LaneAction> halt(Moment now) {
        halted = true;
        return go(now);
    }

    List<LaneAction> committed(LaneAction.Commit commit, Moment now) {
        places.committed(commit);
        var head = head();
        if (head != null && stage instanceof Intending(var intent) && intent.equals(commit)) {
            int attempt = intent.place().attempt();
            if (now.since(intent.requestedAt()).compareTo(lease) > 0) {
                intend(head, attempt, now);
            } else if (halted || down != null || now.reached(now.at(head.expiresAt()))) {
                withdraw(head, now);
            } else {
                send(head, attempt, now);
            }
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
        var head = head();
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
        var head = head();
        if (head != null && stage instanceof InFlight flight && head.commandId().equals(progress.commandId())) {
            actions.add(new LaneAction.Progressed(head, flight.attempt(), progress));
        }
        return go(now);
    }

    List<LaneAction> result(String commandId, Ending ending, Moment now) {
        var head = head();
        boolean awaited = head != null
                && head.commandId().equals(commandId)
                && (stage instanceof InFlight || (ran > 0 && !(stage instanceof Concluding)));
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
        if (givingUp.remove(commandId)) {
            done.add(commandId);
            return go(now);
        }
        var head = head();
        if (head != null && head.commandId().equals(commandId) && stage instanceof Concluding) {
            done.add(commandId);
            finish(head.place(), now);
        }
        return go(now);
    }

    /** Of a command behind the head, this is told once more when its turn comes. */
    List<LaneAction> notDurable(String commandId, Moment now) {
        if (!givingUp.remove(commandId) && stage instanceof Concluding concluding) {
            stage = new Concluding(concluding.attempt(), concluding.ending(), now.in(RETRY));
        }
        return go(now);
    }

    List<LaneAction> time(Moment now) {
        places.retry(now).ifPresent(actions::add);
        var head = head();
        if (head != null) {
            switch (stage) {
                case Resting _ -> {}
                case Intending(var intent) when now.since(intent.requestedAt()).compareTo(COMMIT_LIMIT) > 0 -> rest();
                case Intending _ -> {}
                case InFlight flight when now.reached(flight.cancelBy()) -> conclude(head, LaneEndings.TOO_LATE);
                case InFlight flight
                when now.reached(flight.deadline()) -> conclude(head, LaneEndings.overdue(head, flight));
                case InFlight _ -> {}
                case Concluding(var attempt, var ending, var retryAt)
                when now.reached(retryAt) -> conclude(head, attempt, ending);
                case Concluding _ -> {}
            }
        }
        return go(now);
    }

    /** When {@link #time} is to be called next, if nothing else happens; {@link Moment#NEVER} for not at all. */
    long dueAt(Moment now) {
        var head = head();
        if (head == null) {
            return places.retryAt();
        }
        long due = switch (stage) {
            case Resting(var notBefore) -> restsUntil(head, notBefore, now);
            case Intending(var intent) -> intent.requestedAt() + COMMIT_LIMIT.toNanos() + 1;
            case InFlight flight -> Math.min(flight.deadline(), flight.cancelBy());
            case Concluding concluding -> concluding.retryAt();
        };
        return Math.min(due, places.retryAt());
    }

    /** Only what the time itself will end: a moment that has passed and changed nothing would have the lane asked without pause. */
    private long restsUntil(QueuedCommand head, long notBefore, Moment now) {
        if (givingUp.contains(head.commandId())) {
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
        queue.stream()
                .skip(1)
                .map(Entry::command)
                .filter(Objects::nonNull)
                .filter(this::toGiveUp)
                .forEach(command -> {
                    givingUp.add(command.commandId());
                    all.add(new LaneAction.Conclude(command, 0, LaneEndings.NOT_SENT));
                });
        return all;
    }

    private boolean toGiveUp(QueuedCommand command) {
        var id = command.commandId();
        var head = head();
        return session.cancelled().contains(id)
                && LaneStanding.of(command, session) == LaneStanding.CURRENT
                && !done.contains(id)
                && !givingUp.contains(id)
                && (head == null || !head.commandId().equals(id));
    }

    /** Takes the head as far as it goes now, then hands the actions over. */
    private List<LaneAction> go(Moment now) {
        while (stage instanceof Resting(var notBefore) && !queue.isEmpty()) {
            var entry = queue.getFirst();
            var command = entry.command();
            if (command == null || done.contains(command.commandId())) {
                finish(entry.place(), now);
                continue;
            }
            if (givingUp.contains(command.commandId())) {
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
            case HeadVerdict.Ends(var ending) -> conclude(head, ending);
            case HeadVerdict.Waits(var reason) -> waiting(head, reason);
            case HeadVerdict.Goes() -> {
                if (stage instanceof Resting(var notBefore) && notBefore == Moment.NEVER) {
                    intend(head, ran + 1, now);
                }
            }
            case HeadVerdict.Stays() -> {}
        }
    }

    private void intend(QueuedCommand head, int attempt, Moment now) {
        stage = new Intending(commit(head.place(), attempt, now));
    }

    /** The intent stands, but nothing will follow it now: without this, the next owner would take it for sent. */
    private void withdraw(QueuedCommand head, Moment now) {
        rest();
        commit(head.place(), ran, now);
    }

    private void send(QueuedCommand head, int attempt, Moment now) {
        stage = new InFlight(attempt, now.in(head.deadline()), false, false, Moment.NEVER);
        actions.add(new LaneAction.Send(head, attempt));
    }

    /** The session has changed while the intent is on its way: if that ends the command, it was never sent. */
    private void stopUnsent(QueuedCommand head) {
        if (LaneStanding.of(head, session) != LaneStanding.CURRENT) {
            conclude(head, LaneEndings.SESSION_CLOSED);
        } else if (session.cancelled().contains(head.commandId())) {
            conclude(head, LaneEndings.cancelled(ran));
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
            conclude(head, LaneEndings.SESSION_CLOSED);
        }
    }

    private boolean cancelling() {
        return stage instanceof InFlight flight && flight.cancelling();
    }

    private void conclude(QueuedCommand head, Ending ending) {
        int attempt = switch (stage) {
            case InFlight flight -> flight.attempt();
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
        busySince = Moment.NEVER;
        said.clear();
        rest();
        commit(place + 1, 0, now);
        actions.add(new LaneAction.Finished());
    }

    private void rest() {
        stage = new Resting(Moment.NEVER);
    }

    private LaneAction.Commit commit(long place, int attempt, Moment now) {
        var commit = places.commit(new CommittedPlace(place, attempt), now);
        actions.add(commit);
        return commit;
    }

    private void waiting(QueuedCommand head, String reason) {
        if (said.add(reason)) {
            actions.add(new LaneAction.Waiting(head, reason));
        }
    }

    private @Nullable QueuedCommand head() {
        var entry = queue.peekFirst();
        return entry == null ? null : entry.command();
    }
}
