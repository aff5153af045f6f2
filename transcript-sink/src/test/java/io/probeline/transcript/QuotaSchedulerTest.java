package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptLine;
import io.probeline.transcript.QuotaScheduler.Action;
import io.probeline.transcript.QuotaScheduler.Action.Request;
import io.probeline.transcript.QuotaScheduler.Action.Settled;
import io.probeline.transcript.QuotaScheduler.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Single steps of the scheduler; how it does over minutes is told by the simulations. */
class QuotaSchedulerTest {
    private static final Optional<RateHeaders> RATE = Optional.of(new RateHeaders(10, 300, Duration.ofSeconds(50)));
    private static final Answer DONE = new Answer.Done(RATE);

    private final Set<String> located = new HashSet<>();
    private boolean readable;
    private Instant now = Lines.START;
    private long offset;
    private int writes;

    /** Requests that came with an answer. */
    private final List<Request> pending = new ArrayList<>();

    private final QuotaScheduler scheduler = new QuotaScheduler(
            300,
            64,
            new Manner() {
                @Override
                public boolean needsLookUp(String interactionId) {
                    return readable && !located.contains(interactionId);
                }

                @Override
                public boolean readable() {
                    return readable;
                }
            },
            new Random(1));

    @Test
    void alarmsGoBeforeResultsBeforeSummaries() {
        arrive(Lines.update("a", 0), Lines.result("b", 0), Lines.lost("c", 0));
        assertEquals(
                List.of("c", "b", "a"),
                sayAll().stream().map(r -> r.line().getInteractionId()).toList());
    }

    @Test
    void aSlowInteractionHoldsNoOtherUpAndKeepsItsOrder() {
        warmUp();
        arrive(Lines.lost("slow", 0));
        var slow = tick(1).getFirst();
        arrive(Lines.lost("slow", 1), Lines.lost("slow", 2), Lines.update("other", 0));
        var meanwhile = sayAll();
        assertEquals(
                List.of("other"),
                meanwhile.stream()
                        .map(r -> r.line().getInteractionId())
                        .distinct()
                        .toList());
        answer(slow, DONE);
        assertEquals(
                List.of("slow-LOST-1", "slow-LOST-2"),
                sayAll().stream().map(r -> r.line().getLineId()).toList());
    }

    @Test
    void linesAreSaidInOrderOfTimeWithinAPriority() {
        warmUp();
        arrive(Lines.lost("a", 2), Lines.lost("a", 0), Lines.lost("a", 1));
        assertEquals(
                List.of("a-LOST-0", "a-LOST-1", "a-LOST-2"),
                sayAll().stream().map(r -> r.line().getLineId()).toList());
    }

    @Test
    void waitingSummariesAreOneRequest() {
        warmUp();
        arrive(Lines.update("a", 0), Lines.update("a", 1), Lines.critical("a", 1), Lines.update("a", 2));
        var said = sayAll();
        assertEquals(2, said.size());
        assertEquals(3, said.getLast().line().getWindows());
        assertEquals(3, said.getLast().places().size());
    }

    @Test
    void a429StopsEverythingUntilASecondAfterRetryAfter() {
        warmUp();
        arrive(Lines.lost("a", 0), Lines.lost("b", 0));
        answer(tick(1).getFirst(), new Answer.TooMany(Optional.of(Duration.ofSeconds(7)), Optional.empty()));
        assertTrue(scheduler.trouble(now).orElse("").startsWith("Genesys answers 429 until "));
        pass(Duration.ofMillis(7_900));
        assertEquals(List.of(), tick(0));
        pass(Duration.ofMillis(200));
        assertEquals("a-LOST-0", tick().getFirst().line().getLineId(), "the refused one goes first");
        assertEquals(Optional.empty(), scheduler.trouble(now));
    }

    @Test
    void another4xxGivesUpThatLineOnly() {
        warmUp();
        arrive(Lines.lost("a", 0), Lines.lost("a", 1));
        var settled = answer(tick(1).getFirst(), new Answer.Refused("http_404", RATE));
        assertEquals(ReceiptState.GIVEN_UP, settled.getFirst().state());
        assertEquals(Optional.of("http_404"), settled.getFirst().reason());
        assertEquals("a-LOST-1", sayAll().getFirst().line().getLineId());
    }

    @Test
    void aFailedLineRestsWhileOthersGoOn() {
        warmUp();
        arrive(Lines.result("a", 0), Lines.result("b", 0));
        answer(tick(1).getFirst(), new Answer.Failed("503", false, RATE));
        var said = sayAll();
        assertEquals(
                List.of("b", "a"),
                said.stream().map(r -> r.line().getInteractionId()).toList());
        assertEquals(List.of(false, false), said.stream().map(Request::again).toList(), "it was surely not taken");
    }

    @Test
    void requestsThatWereNotMadeSayNothingOfTheTarget() {
        warmUp();
        for (int i = 0; i < 30; i++) {
            arrive(Lines.lost("call-" + i, 0));
        }
        var asked = new HashSet<String>();
        for (int i = 0; i < 12; i++) {
            var request = tick(1).getFirst();
            asked.add(request.line().getLineId());
            pending.addAll(requests(scheduler.on(new Event.Withdrawn(request.request()), now)));
        }
        assertEquals(Optional.empty(), scheduler.trouble(now));
        assertEquals(0, scheduler.inFlight());
        assertEquals(1, asked.size(), "it waits again, and its turn comes first");
        assertEquals(30, sayAll().size());
    }

    @Test
    void whoeverIsAwayIsAskedByOneRequestAtATime() {
        warmUp();
        for (int i = 0; i < 30; i++) {
            arrive(Lines.lost("call-" + i, 0));
        }
        int asked = 0;
        for (int i = 0; i < 6_000; i++) {
            pass(Duration.ofMillis(20));
            var requests = tick();
            asked += requests.size();
            requests.forEach(request -> answer(request, new Answer.Failed("refused", false, Optional.empty())));
        }
        assertTrue(asked > 15 && asked < 60, () -> "requests in two minutes");
        assertTrue(scheduler.trouble(now).orElse("").startsWith("refused, so one request"));
        pass(Duration.ofSeconds(16));
        answer(tick(1).getFirst(), DONE);
        assertEquals(Optional.empty(), scheduler.trouble(now));
        assertEquals(29, sayAll().size());
    }

    @Test
    void theCustomerIsLookedUpOnceAndThenTheLineIsWritten() {
        readable = true;
        arrive(Lines.update("a", 0), Lines.lost("a", 1));
        var said = sayAll();
        assertEquals(
                List.of(Step.LOOK_UP, Step.WRITE, Step.WRITE),
                said.stream().map(Request::step).toList());
        assertEquals("a-LOST-1", said.get(1).line().getLineId());
    }

    @Test
    void whatMayHaveBeenWrittenIsReadBackBeforeAnythingElse() {
        readable = true;
        located.add("a");
        warmUp();
        arrive(Lines.update("a", 0));
        answer(tick(1).getFirst(), new Answer.Failed("time-out", true, Optional.empty()));
        arrive(Lines.update("a", 1));
        pass(Duration.ofSeconds(1));
        var check = tick(1).getFirst();
        assertEquals(Step.READ_BACK, check.step());
        assertEquals("a-UPDATE-0", check.line().getLineId());
        var settled = answer(check, new Answer.Checked(true, RATE));
        assertEquals(ReceiptState.WRITTEN, settled.getFirst().state());
        assertEquals("a-UPDATE-1", sayAll().getFirst().line().getLineId());
    }

    @Test
    void whatWasNotWrittenAfterAllMergesWithTheNext() {
        readable = true;
        located.add("a");
        warmUp();
        arrive(Lines.update("a", 0));
        answer(tick(1).getFirst(), new Answer.Failed("time-out", true, Optional.empty()));
        arrive(Lines.update("a", 1));
        pass(Duration.ofSeconds(1));
        answer(tick(1).getFirst(), new Answer.Checked(false, RATE));
        var said = sayAll();
        assertEquals(1, said.size());
        assertEquals(2, said.getFirst().line().getWindows());
    }

    @Test
    void whatCanNotBeReadBackIsPartOfTheNextOrOfTheEnd() {
        warmUp();
        arrive(Lines.update("a", 0), Lines.update("b", 0));
        for (var request : List.of(tick(1).getFirst(), tick(1).getFirst())) {
            answer(request, new Answer.Failed("time-out", true, Optional.empty()));
        }
        pass(Duration.ofSeconds(5));
        assertEquals(List.of(), tick(0), "it waits for a next one");
        arrive(Lines.update("a", 1), Lines.ended("b", 1));
        var said = sayAll();
        assertEquals(2, said.size());
        assertEquals(List.of(2, 2), said.stream().map(r -> r.places().size()).toList());
        assertEquals(
                Set.of("a-UPDATE-1", "b-ENDED-1"),
                said.stream().map(r -> r.line().getLineId()).collect(Collectors.toSet()));
    }

    @Test
    void aResultThatMayHaveBeenSaidIsToldByWhateverComesNext() {
        warmUp();
        arrive(Lines.result("a", 0), Lines.result("b", 0), Lines.result("c", 0));
        for (int i = 0; i < 3; i++) {
            answer(tick(1).getFirst(), new Answer.Failed("time-out", true, Optional.empty()));
        }
        pass(Duration.ofSeconds(5));
        assertEquals(List.of(), tick(0), "it waits for a later line");
        arrive(Lines.update("a", 1), Lines.result("b", 1), Lines.ended("c", 1));
        var said = sayAll();
        assertEquals(
                Set.of("a-UPDATE-1", "b-RESULT-1", "c-ENDED-1"),
                said.stream().map(r -> r.line().getLineId()).collect(Collectors.toSet()));
        said.forEach(request -> {
            assertEquals(2, request.places().size());
            assertEquals(1, request.line().getResults().size());
            assertEquals("ping_latency", request.line().getResults().getFirst().getCommand());
            assertFalse(request.again());
        });
    }

    @Test
    void whatTellsAResultTooAndMayHaveBeenSaidIsToldWithItByTheNext() {
        warmUp();
        arrive(Lines.result("a", 0));
        answer(tick(1).getFirst(), new Answer.Failed("time-out", true, Optional.empty()));
        pass(Duration.ofSeconds(5));
        arrive(Lines.update("a", 1));
        answer(tick(1).getFirst(), new Answer.Failed("time-out", true, Optional.empty()));
        pass(Duration.ofSeconds(5));
        arrive(Lines.ended("a", 2));
        var said = sayAll();
        assertEquals(1, said.size());
        assertEquals("a-ENDED-2", said.getFirst().line().getLineId());
        assertEquals(3, said.getFirst().places().size());
        assertEquals(1, said.getFirst().line().getResults().size());
    }

    @Test
    void anAlarmOrAnotherSessionDoesNotTellIt() {
        warmUp();
        arrive(Lines.result("a", 0));
        answer(tick(1).getFirst(), new Answer.Failed("time-out", true, Optional.empty()));
        pass(Duration.ofSeconds(5));
        var other = TranscriptLine.newBuilder(Lines.update("a", 2))
                .setSessionId("another")
                .build();
        arrive(Lines.lost("a", 1), other);
        assertEquals(
                List.of(1, 1), sayAll().stream().map(r -> r.places().size()).toList());
        pass(QuotaScheduler.HOLD);
        assertTrue(tick(1).getFirst().again(), "then it is said again, and counted");
    }

    @Test
    void withoutANextOneItIsSaidAgainAfterAWhile() {
        warmUp();
        arrive(Lines.update("a", 0));
        answer(tick(1).getFirst(), new Answer.Failed("time-out", true, Optional.empty()));
        pass(QuotaScheduler.HOLD.plusSeconds(1));
        assertTrue(tick(1).getFirst().again());
    }

    @Test
    void anAlarmThatMayHaveBeenSaidIsSaidAgain() {
        warmUp();
        arrive(Lines.lost("a", 0));
        answer(tick(1).getFirst(), new Answer.Failed("time-out", true, Optional.empty()));
        pass(Duration.ofSeconds(1));
        assertTrue(tick(1).getFirst().again());
    }

    @Test
    void aLineThatFailsWhileOthersComeThroughIsGivenUp() {
        readable = true;
        located.add("a");
        warmUp();
        arrive(Lines.result("a", 0));
        var settled = failing("a", Duration.ofHours(2), true);
        assertEquals(
                List.of("a-RESULT-0"),
                settled.stream().map(each -> each.line().getLineId()).toList());
        assertEquals(ReceiptState.GIVEN_UP, settled.getFirst().state());
        assertEquals(
                Optional.of(QuotaScheduler.KEEPS_FAILING), settled.getFirst().reason());
        assertTrue(
                settled.getFirst().waited().compareTo(Duration.ofMinutes(10)) > 0,
                () -> "given up after " + settled.getFirst().waited());
    }

    @Test
    void noLineIsGivenUpWhileNothingComesThrough() {
        readable = true;
        located.add("a");
        warmUp();
        arrive(Lines.result("a", 0));
        assertEquals(List.of(), failing("a", Duration.ofHours(2), false));
        assertEquals("a-RESULT-0", sayAll().getFirst().line().getLineId());
    }

    @Test
    void readingBackEndsNoPause() {
        readable = true;
        located.add("a");
        warmUp();
        arrive(Lines.result("a", 0));
        int before = writes;
        failing("a", Duration.ofMinutes(5), true);
        assertTrue(writes - before < 40, () -> (writes - before) + " writes in five minutes");
    }

    @Test
    void anAlarmInDoubtIsNoFlood() {
        warmUp();
        arrive(Lines.lost("a", 0));
        int before = writes;
        failing("a", Duration.ofMinutes(30), true);
        int times = writes - before;
        assertTrue(times > 20 && times < 40, () -> times + " times in half an hour");
    }

    @Test
    void aPartitionThatGoesIsNotSentAndWhatIsInFlightEnds() {
        warmUp();
        arrive(Lines.lost("a", 0), Lines.lost("a", 1));
        var flying = tick(1).getFirst();
        scheduler.on(new Event.Closing(0), now);
        assertTrue(scheduler.flies(0));
        assertEquals(1, answer(flying, DONE).size());
        assertEquals(List.of(), sayAll());
    }

    @Test
    void ofAPartitionThatIsGoneNothingIsSettled() {
        warmUp();
        arrive(Lines.lost("a", 0));
        var flying = tick(1).getFirst();
        scheduler.on(new Event.Forgotten(0), now);
        assertEquals(List.of(), answer(flying, DONE));
        assertEquals(0, scheduler.inFlight());
    }

    /** Each write of this interaction fails in doubt, and reading back finds nothing. @return what is settled of it */
    private List<Settled> failing(String interactionId, Duration time, boolean othersComeThrough) {
        located.add("other");
        var settled = new ArrayList<Settled>();
        for (int second = 0; second < time.toSeconds(); second++) {
            if (othersComeThrough) {
                arrive(Lines.lost("other", second));
            }
            for (int i = 0; i < 20; i++) {
                for (var request : tick()) {
                    if (!request.line().getInteractionId().equals(interactionId)) {
                        answer(request, DONE);
                    } else if (request.step() == Step.READ_BACK) {
                        settled.addAll(answer(request, new Answer.Checked(false, RATE)));
                    } else {
                        writes++;
                        settled.addAll(answer(request, new Answer.Failed("500", true, Optional.empty())));
                    }
                }
                pass(Duration.ofMillis(50));
            }
        }
        return settled;
    }

    /** The first answer tells of the quota; before it there is one request only. */
    private void warmUp() {
        located.add("warm");
        arrive(Lines.lost("warm", 99));
        answer(tick(1).getFirst(), DONE);
    }

    private void arrive(TranscriptLine... lines) {
        for (var line : lines) {
            scheduler.on(new Event.Arrived(line, new Place(line.getLineId(), 0, offset++), false), now);
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    /** The requests of one moment. */
    private List<Request> tick() {
        var requests = new ArrayList<>(pending);
        pending.clear();
        requests.addAll(requests(scheduler.on(new Event.Tick(), now)));
        return requests;
    }

    /** As long as it takes to get so many requests, a second at most. */
    private List<Request> tick(int wanted) {
        var requests = new ArrayList<Request>();
        for (int i = 0; i < 50; i++) {
            requests.addAll(tick());
            if (requests.size() >= wanted) {
                break;
            }
            pass(Duration.ofMillis(20));
        }
        assertEquals(wanted, requests.size());
        return requests;
    }

    /** Every request that is made while all are answered well. */
    private List<Request> sayAll() {
        var said = new ArrayList<Request>();
        for (int i = 0; i < 2_000; i++) {
            for (var request : tick()) {
                said.add(request);
                located.add(request.line().getInteractionId());
                answer(request, DONE);
            }
            pass(Duration.ofMillis(20));
        }
        return said;
    }

    private List<Settled> answer(Request request, Answer answer) {
        var actions = scheduler.on(new Event.Answered(request.request(), answer), now);
        pending.addAll(requests(actions));
        return actions.stream()
                .filter(Settled.class::isInstance)
                .map(Settled.class::cast)
                .toList();
    }

    private static List<Request> requests(List<Action> actions) {
        return actions.stream()
                .filter(Request.class::isInstance)
                .map(Request.class::cast)
                .toList();
    }
}
