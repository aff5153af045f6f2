package io.probeline.transcript;

import io.probeline.record.Priority;
import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptLine;
import io.probeline.runtime.Backoff;
import io.probeline.transcript.Waiting.Doubt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Decides which line is said next, and when. Events go in, actions come out; no thread, socket or clock in it, so a test can run days in a second.
 *
 * <p>Alarms before results before summaries; a round among the interactions within each; one request at a time in an interaction, so that its lines
 * stay in order and a slow one holds no other up. Not for more than one thread.
 */
final class QuotaScheduler {
    /** What happened. */
    sealed interface Event {
        /** @param doubted whether someone before us may have said it */
        record Arrived(TranscriptLine line, Place place, boolean doubted) implements Event {}

        record Answered(long request, Answer answer) implements Event {}

        /** The request was not made, and is not going to be: it tells nothing of the target. */
        record Withdrawn(long request) implements Event {}

        /** @param part of the quota, 0 to 1 */
        record Shared(double part) implements Event {}

        /** The partition goes: nothing of it is sent any more, and what is in flight still ends. */
        record Closing(int partition) implements Event {}

        /** The partition is gone: how it ended is another instance's to find out. */
        record Forgotten(int partition) implements Event {}

        /** Time went by. */
        record Tick() implements Event {}
    }

    /** What is to be done. */
    sealed interface Action {
        /** @param again whether the line may have been said before, and can't be read back */
        record Request(long request, Step step, TranscriptLine line, List<Place> places, boolean again)
                implements Action {}

        /**
         * These lines are done with.
         *
         * @param line what was said, or would have been
         * @param waited since the oldest of them came
         */
        record Settled(
                TranscriptLine line,
                List<Place> places,
                ReceiptState state,
                Optional<String> reason,
                int attempts,
                Duration waited)
                implements Action {}
    }

    /** What is under way: for whom, what, and since when. */
    private record Flight(Lane lane, Waiting waiting, Step step, Instant sentAt, boolean ours) {
        Flight abandoned() {
            return new Flight(lane, waiting, step, sentAt, false);
        }
    }

    private static final Backoff RETRIES = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    /**
     * How long a summary or a result in doubt waits for a later line that says it too. Long, since a transcript that says things twice is worse than one that says
     * them late: the widget has shown them, and at the latest the session's end tells them.
     */
    static final Duration HOLD = Duration.ofMinutes(5);

    /** An alarm in doubt is said again at once, since one that is missed is worse than one that comes twice; after so many times no more often than {@link #ALARM_HOLD}. */
    static final int MOST_REPEATS = 5;

    static final Duration ALARM_HOLD = Duration.ofMinutes(1);

    /** So many times a line fails while others come through, which takes a quarter of an hour and more; then it is the line, and it is given up. */
    static final int MOST_FAILURES = 60;

    static final String KEEPS_FAILING = "keeps_failing";

    private final Quota quota;
    private final Breaker breaker;
    private final Manner target;
    private final RandomGenerator random;
    private final int mostInFlight;
    private final Lanes lanes = new Lanes();
    private final Map<Long, Flight> flights = new HashMap<>();
    private long requests;

    /** Writes that came through. */
    private long written;

    QuotaScheduler(int perMinute, int mostInFlight, Manner target, RandomGenerator random) {
        this.quota = new Quota(perMinute);
        this.breaker = new Breaker(random);
        this.mostInFlight = mostInFlight;
        this.target = target;
        this.random = random;
    }

    List<Action> on(Event event, Instant now) {
        var actions = new ArrayList<Action>();
        switch (event) {
            case Event.Arrived arrived -> {
                // Nothing is sent before all that came together is here: one request of a predecessor may have said
                // several of these lines.
                arrive(arrived, now);
                return actions;
            }
            case Event.Answered(var request, var answer) -> answered(request, answer, now, actions);
            case Event.Withdrawn(var request) -> withdrawn(request, now);
            case Event.Shared(var part) -> quota.share(part);
            case Event.Closing(var partition) -> close(partition);
            case Event.Forgotten(var partition) -> {
                close(partition);
                flights.replaceAll(
                        (request, flight) -> flight.lane().partition() == partition ? flight.abandoned() : flight);
            }
            case Event.Tick() -> lanes.wake(now);
        }
        admit(now, actions);
        return actions;
    }

    /** Why nothing is sent, in words; empty while lines go out. */
    Optional<String> trouble(Instant now) {
        return breaker.open()
                .map(why -> why + ", so one request at a time finds out whether it is back")
                .or(() -> quota.stoppedUntil(now).map(until -> "Genesys answers 429 until " + until));
    }

    Quota quota() {
        return quota;
    }

    /** All that waits, what is in flight left out. */
    Stream<Waiting> waiting() {
        return lanes.all().stream().flatMap(Lane::waiting);
    }

    int inFlight() {
        return flights.size();
    }

    /** Whether something of this partition is in flight. */
    boolean flies(int partition) {
        return flights.values().stream()
                .anyMatch(flight -> flight.ours() && flight.lane().partition() == partition);
    }

    private void close(int partition) {
        List.copyOf(lanes.all()).stream()
                .filter(lane -> lane.partition() == partition)
                .forEach(lanes::forget);
    }

    private void arrive(Event.Arrived arrived, Instant now) {
        var lane = lanes.lane(arrived.line().getInteractionId(), arrived.place().partition());
        var waiting = new Waiting(arrived.line(), arrived.place(), Doubt.NONE, now);
        if (arrived.doubted()) {
            doubt(waiting, now);
        }
        lane.add(waiting);
        lanes.placed(lane, now);
    }

    private void admit(Instant now, List<Action> actions) {
        while (flights.size() < mostInFlight && breaker.admits(now, flights.size())) {
            var next = lanes.next();
            if (next.isEmpty()) {
                return;
            }
            var priority = next.get().getKey();
            boolean urgent = priority == Priority.ALARM;
            if (quota.nextAt(now, urgent).isAfter(now)) {
                return;
            }
            quota.sent(now, urgent);
            actions.add(request(next.get().getValue(), priority, now));
        }
    }

    private Action request(Lane lane, Priority priority, Instant now) {
        var waiting = lanes.take(lane, priority);
        var step = waiting.doubt() == Doubt.READ_BACK
                ? Step.READ_BACK
                : target.needsLookUp(lane.interactionId()) ? Step.LOOK_UP : Step.WRITE;
        boolean again = waiting.repeated() || waiting.doubt() == Doubt.HELD;
        waiting.tried(step);
        flights.put(++requests, new Flight(lane, waiting, step, now, true));
        return new Action.Request(requests, step, waiting.line(), waiting.places(), again);
    }

    private void answered(long request, Answer answer, Instant now, List<Action> actions) {
        var flight = flights.remove(request);
        if (flight == null) {
            return;
        }
        var lane = flight.lane();
        lane.answered();
        meter(flight, answer, now);
        if (!flight.ours()) {
            return;
        }
        switch (answer) {
            case Answer.Done done -> succeeded(flight, now, actions);
            case Answer.Checked(var there, var rate) -> {
                if (there) {
                    settle(flight, ReceiptState.WRITTEN, Optional.empty(), now, actions);
                } else {
                    flight.waiting().settled();
                    again(flight);
                }
            }
            case Answer.TooMany tooMany -> again(flight);
            case Answer.Failed failed -> failed(flight, failed, now, actions);
            case Answer.Refused(var reason, var rate) ->
                settle(flight, ReceiptState.GIVEN_UP, Optional.of(reason), now, actions);
        }
        if (lanes.holds(lane)) {
            lanes.placed(lane, now);
        }
    }

    private void withdrawn(long request, Instant now) {
        var flight = flights.remove(request);
        if (flight == null) {
            return;
        }
        flight.lane().answered();
        quota.withdrawn();
        if (flight.ours() && lanes.holds(flight.lane())) {
            again(flight);
            lanes.placed(flight.lane(), now);
        }
    }

    private void meter(Flight flight, Answer answer, Instant now) {
        switch (answer) {
            case Answer.TooMany tooMany -> {
                quota.refused(flight.sentAt(), now, tooMany);
                breaker.answered();
            }
            case Answer.Failed failed -> {
                quota.answered(flight.sentAt(), now, failed);
                breaker.failed(now, failed.reason());
            }
            case Answer.Done _, Answer.Checked _, Answer.Refused _ -> {
                quota.answered(flight.sentAt(), now, answer);
                breaker.answered();
            }
        }
    }

    private void succeeded(Flight flight, Instant now, List<Action> actions) {
        if (flight.step() == Step.WRITE) {
            written++;
            settle(flight, ReceiptState.WRITTEN, Optional.empty(), now, actions);
        } else {
            again(flight);
        }
    }

    private void failed(Flight flight, Answer.Failed failed, Instant now, List<Action> actions) {
        if (flight.waiting().failed(written) >= MOST_FAILURES) {
            settle(flight, ReceiptState.GIVEN_UP, Optional.of(KEEPS_FAILING), now, actions);
            return;
        }
        int failures = flight.lane().failed();
        flight.lane().rest(now.plus(RETRIES.pause(failures, random)));
        if (failed.maybeDone() && flight.step() == Step.WRITE) {
            doubt(flight.waiting(), now);
        }
        again(flight);
    }

    /** Back to the head, and its turn comes first: it has waited for it already. */
    private void again(Flight flight) {
        flight.lane().putBack(flight.waiting());
        lanes.first(flight.lane(), flight.waiting().priority());
    }

    private void doubt(Waiting waiting, Instant now) {
        if (target.readable()) {
            waiting.readBack();
        } else if (LineMerge.canWait(waiting.line())) {
            waiting.hold(now.plus(HOLD));
        } else if (waiting.repeats() < MOST_REPEATS) {
            waiting.repeat();
        } else {
            waiting.hold(now.plus(ALARM_HOLD));
        }
    }

    /** Only a line that is done with ends its lane's pauses: a look-up that goes well says nothing of the write that failed after it. */
    private static void settle(
            Flight flight, ReceiptState state, Optional<String> reason, Instant now, List<Action> actions) {
        flight.lane().succeeded();
        var waiting = flight.waiting();
        var waited = Duration.between(waiting.since(), now);
        actions.add(new Action.Settled(waiting.line(), waiting.places(), state, reason, waiting.attempts(), waited));
    }
}
