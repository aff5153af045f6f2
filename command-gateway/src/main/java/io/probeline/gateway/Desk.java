package io.probeline.gateway;

import io.probeline.gateway.Ruling.Proposal;
import io.probeline.record.AuditRecord;
import io.probeline.record.SessionRequest;
import io.probeline.runtime.World;
import io.probeline.schemas.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What every operation needs: to look things up as of now, and to have its decision written. */
final class Desk {
    private final Board board;
    private final Barriers barriers;
    private final Journal journal;
    private final Drafts drafts;
    private final Participants participants;
    private final World world;

    Desk(Board board, Barriers barriers, Journal journal, Drafts drafts, Participants participants, World world) {
        this.board = board;
        this.barriers = barriers;
        this.journal = journal;
        this.drafts = drafts;
        this.participants = participants;
        this.world = world;
    }

    Board board() {
        return board;
    }

    Drafts drafts() {
        return drafts;
    }

    World world() {
        return world;
    }

    /** Goes on when the board knows whatever any instance has committed before now. */
    Step<Boolean> upToDate(Deadline deadline) {
        return barriers.caughtUp().getAsBoolean() ? passed(barriers.all(), deadline) : stillReading();
    }

    /** A load balancer that goes by readiness sends nobody here meanwhile. */
    private static <T> Step<T> stillReading() {
        return Step.refuse(Problem.unavailable("this gateway still reads what happened before it was started"));
    }

    private static Step<Boolean> passed(Barrier barrier, Deadline deadline) {
        return barrier.pass(deadline)
                ? Step.on(true)
                : Step.refuse(Problem.unavailable("Kafka did not say in time what has been recorded"));
    }

    /** The request's key, if it has one; ends with the first answer where it has been used, at whichever instance. */
    Step<Optional<IdempotencyKey>> key(Call call, Caller caller, Operation operation, Dossier dossier) {
        return IdempotencyKey.of(call, caller, operation).then(key -> {
            key.ifPresent(each -> dossier.key(each.hash(), each.requestHash()));
            return key.isEmpty()
                    ? Step.on(key)
                    : passed(barriers.answers(), call.deadline()).then(yes -> unused(key));
        });
    }

    private Step<Optional<IdempotencyKey>> unused(Optional<IdempotencyKey> key) {
        return again(key).<Step<Optional<IdempotencyKey>>>map(Step.End::new).orElseGet(() -> Step.on(key));
    }

    /** The answer that this key has had, or the refusal of another body under it. */
    Optional<Answer> again(Optional<IdempotencyKey> key) {
        return key.flatMap(each -> board.given(each.hash(), world.now()).map(given -> each.again(given)));
    }

    /**
     * The interaction's session, open or not. That there is none, or that it has ended, is said only after a look at what is new; and that it is open, only where
     * its end would have been seen by now: a command that is taken after that may have nobody who ends it. To who takes no part in the conversation there is none.
     */
    Step<Board.Now> session(String interactionId, Caller caller, Deadline deadline) {
        return session(interactionId, deadline)
                .then(now -> participants.may(interactionId, caller) ? Step.on(now) : Step.refuse(Problem.noSession()));
    }

    private Step<Board.Now> session(String interactionId, Deadline deadline) {
        if (!barriers.complete().getAsBoolean()) {
            return stillReading();
        }
        var known = board.interaction(interactionId);
        return known.filter(Board.Now::open).isPresent() && barriers.current().getAsBoolean()
                ? Step.require(known, Problem.noSession())
                : upToDate(deadline).then(yes -> Step.require(board.interaction(interactionId), Problem.noSession()));
    }

    Step<Board.Now> openSession(String interactionId, Caller caller, Deadline deadline) {
        return session(interactionId, caller, deadline)
                .then(now -> now.open() ? Step.on(now) : Step.refuse(Problem.sessionClosed()));
    }

    /** The answer once it is durable; 503 when it never will be. */
    Answer written(Proposal proposal, Deadline deadline) {
        try {
            return switch (journal.submit(proposal, deadline)) {
                case Entry.Recorded(var answer) -> answer;
                case Entry.NotRecorded() -> Answer.refused(notRecorded());
                case Entry.Uncertain() -> Answer.refused(Problem.uncertain());
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.refused(Problem.uncertain());
        }
    }

    static Problem notRecorded() {
        return Problem.unavailable("Kafka can't take it: nothing was recorded, nothing will run");
    }

    /** Tells every gateway that these devices' command topics will go. @return whether it is written */
    boolean retire(List<DeviceId> devices, Map<String, DeviceStanding> standings, Deadline deadline)
            throws InterruptedException {
        var at = world.now();
        var requests = devices.stream()
                .flatMap(device ->
                        Optional.ofNullable(standings.get(device.value())).flatMap(DeviceStanding::current).stream()
                                .map(place -> Requests.retired(device, place, at)))
                .toList();
        var outcome = journal.submit(
                batch -> new Ruling.Write(requests.stream().map(drafts::of).toList(), Answer.json(202, "{}"), () -> {}),
                deadline);
        return outcome instanceof Entry.Recorded;
    }

    /** Written whenever there is time for it. */
    boolean offer(Proposal proposal) {
        return journal.offer(proposal);
    }

    /** A request and its audit record, in one transaction; the board knows of both before the answer goes out. */
    Ruling.Write write(
            Answer answer, Optional<SessionRequest> request, AuditRecord audit, List<Ruling.Draft> commands) {
        var all = new ArrayList<Ruling.Draft>();
        request.ifPresent(each -> all.add(drafts.of(each)));
        all.addAll(commands);
        all.add(drafts.of(audit));
        return new Ruling.Write(
                List.copyOf(all), answer, () -> board.committed(request, Optional.of(audit), world.now()));
    }
}
