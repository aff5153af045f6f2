package io.probeline.bridge;

import static io.probeline.bridge.LaneBench.command;
import static io.probeline.bridge.LaneBench.once;
import static io.probeline.bridge.LaneBench.repeatable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.bridge.LaneAction.Ending;
import io.probeline.record.Outcome;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each way that a command may take through the lane. */
class CommandLaneTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void intentThenWireThenOutcomeThenPlace() {
        LaneBench.fresh()
                .arrives(repeatable(0), "commit 0 sent:1")
                .committed("send c0 1")
                .expect((lane, now) -> lane.acknowledged("c0", now), "ack c0")
                .expect((lane, now) -> lane.acknowledged("c0", now))
                .expect(
                        (lane, now) -> lane.progressed(new DeviceFrame.Progress("c0", 40, "half"), now),
                        "progress 40.0")
                .ok("c0", "done c0 OK")
                .durable("commit 1", "finished");
    }

    @Test
    void theNextFollowsOnlyWhenTheOutcomeIsDurable() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .arrives(repeatable(1))
                .ok("c0", "done c0 OK")
                .durable("commit 1", "finished", "commit 1 sent:1")
                .committed("send c1 1");
    }

    @Test
    void anOutcomeThatIsNotDurableIsWrittenAgain() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .ok("c0", "done c0 OK")
                .notDurable()
                .time()
                .later(CommandLane.RETRY)
                .time("done c0 OK")
                .durable("commit 1", "finished");
    }

    /** Kafka would take the commit: the bridge is in the group still, or again. */
    @Test
    void whatComesAfterItHasLeftHasNoConsequence() {
        var bench = LaneBench.fresh().sent(repeatable(0)).arrives(repeatable(1)).ok("c0", "done c0 OK");
        bench.lane().leave();
        bench.durable()
                .notDurable()
                .committed()
                .arrives(repeatable(2))
                .cancels("c1")
                .up()
                .ok("c0")
                .later(Duration.ofMinutes(10))
                .time();
        assertEquals(Moment.NEVER, bench.lane().dueAt(bench.now()));
    }

    @Test
    void aRefusedCommitIsNeverFollowedByASend() {
        LaneBench.fresh()
                .arrives(repeatable(0), "commit 0 sent:1")
                .commitFails()
                .time()
                .later(CommandLane.RETRY)
                .time("commit 0 sent:1")
                .committed("send c0 1");
    }

    @Test
    void anAcknowledgementThatComesAfterALongSleepIsWorthless() {
        LaneBench.fresh()
                .arrives(repeatable(0), "commit 0 sent:1")
                .later(LaneBench.LEASE.plusMillis(1))
                .committed("commit 0 sent:1")
                .committed("send c0 1");
    }

    /** The process was stopped while the frame was made. */
    @Test
    void whatWasNotSentAfterAllIsIntendedAnew() {
        LaneBench.fresh()
                .sent(once(0))
                .expect(CommandLane::notSent, "commit 0 sent:1")
                .committed("send c0 1")
                .ok("c0", "done c0 OK")
                .durable("commit 1", "finished");
    }

    @Test
    void anAnswerToAnOlderCommitDoesNotSend() {
        var bench = LaneBench.fresh();
        var first =
                new LaneAction.Commit(new CommittedPlace(0, 1), 1, bench.now().nanos());
        bench.arrives(repeatable(0), "commit 0 sent:1")
                .expect((lane, now) -> lane.commitFailed(first, now))
                .later(CommandLane.RETRY)
                .time("commit 0 sent:1")
                .expect((lane, now) -> lane.committed(first, now))
                .committed("send c0 1");
    }

    @Test
    void aCommitWithoutAnswerIsAskedForAgain() {
        LaneBench.fresh()
                .arrives(repeatable(0), "commit 0 sent:1")
                .later(CommandLane.COMMIT_LIMIT.plusMillis(1))
                .time("commit 0 sent:1");
    }

    @Test
    void aMoveThatWasRefusedIsCommittedAgain() {
        var bench = LaneBench.fresh()
                .sent(repeatable(0))
                .ok("c0", "done c0 OK")
                .durable("commit 1", "finished")
                .commitFails();
        assertFalse(bench.lane().settled());
        bench.later(CommandLane.RETRY).time("commit 1").committed();
        assertTrue(bench.lane().settled());
    }

    @Test
    void commandsWaitWhileTheDeviceIsAwayAndSayWhyOnce() {
        LaneBench.fresh()
                .down()
                .arrives(repeatable(0), "waiting device_lost")
                .down()
                .up("commit 0 sent:1")
                .committed("send c0 1");
    }

    @Test
    void whatTheHeadWaitsForIsToldWheneverItChanges() {
        LaneBench.fresh()
                .down()
                .arrives(repeatable(0), "waiting device_lost")
                .expect((lane, now) -> lane.down("device_unknown", now), "waiting device_unknown")
                .down("waiting device_lost")
                .up("commit 0 sent:1")
                .committed("send c0 1")
                .down()
                .up("commit 0 sent:2")
                .down()
                .committed("commit 0 sent:1", "waiting device_lost");
    }

    @Test
    void anIntentThatCannotBeFollowedIsWithdrawn() {
        LaneBench.fresh()
                .arrives(once(0), "commit 0 sent:1")
                .down()
                .committed("commit 0", "waiting device_lost")
                .committed()
                .up("commit 0 sent:1")
                .committed("send c0 1");
    }

    @Test
    void theDeadlineEndsIt() {
        LaneBench.fresh().sent(once(0)).later(LaneBench.DEADLINE).time("done c0 TIMED_OUT timed_out");
    }

    @Test
    void aRepeatableCommandIsSentAgainAfterAReconnect() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .down()
                .up("commit 0 sent:2")
                .committed("send c0 2")
                .ok("c0", "done c0 OK");
    }

    @Test
    void aCommandThatMayRunOnceIsNeverSentAgain() {
        LaneBench.fresh().sent(once(0)).down().up().later(LaneBench.DEADLINE).time("done c0 UNKNOWN connection_lost");
    }

    @Test
    void aCommandThatMayRunOnceStillGetsItsResultAfterAReconnect() {
        LaneBench.fresh().sent(once(0)).down().up().ok("c0", "done c0 OK");
    }

    @Test
    void theFirstResultCountsAlsoWhileTheSecondAttemptIsPrepared() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .down()
                .up("commit 0 sent:2")
                .ok("c0", "done c0 OK")
                .committed();
    }

    @Test
    void attemptsComeToAnEnd() {
        var bench = LaneBench.fresh().sent(repeatable(0));
        for (int attempt = 2; attempt <= CommandLane.MOST_ATTEMPTS; attempt++) {
            bench.down().up("commit 0 sent:" + attempt).committed("send c0 " + attempt);
        }
        bench.down().up("done c0 UNKNOWN attempts_exhausted");
    }

    @Test
    void aRecoveredRepeatableCommandGoesOnWithTheNextAttempt() {
        LaneBench.recovered(new CommittedPlace(7, 3)).arrives(repeatable(7), "commit 7 sent:4");
    }

    @Test
    void aRecoveredCommandThatMayRunOnceIsUnknown() {
        LaneBench.recovered(new CommittedPlace(7, 1))
                .arrives(once(7), "done c7 UNKNOWN bridge_lost")
                .durable("commit 8", "finished");
    }

    @Test
    void aRecoveredCommandThatHasItsOutcomeIsPassedOver() {
        LaneBench.recovered(new CommittedPlace(7, 1), "c7").arrives(once(7), "commit 8", "finished");
    }

    @Test
    void onlyTheRecoveredPlaceIsInDoubt() {
        LaneBench.recovered(new CommittedPlace(7, 1)).arrives(once(8), "commit 8 sent:1");
    }

    @Test
    void aRecoveredCommandThatHasExpiredSinceIsUnknown() {
        LaneBench.recovered(new CommittedPlace(7, 1))
                .down()
                .arrives(repeatable(7), "waiting device_lost")
                .later(Duration.ofMinutes(5))
                .time("done c7 UNKNOWN expired");
    }

    @Test
    void anIdRunsOnce() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .ok("c0", "done c0 OK")
                .durable("commit 1", "finished")
                .expect((lane, now) -> lane.arrived(again(0, 1), now), "commit 2", "finished");
    }

    private static QueuedCommand again(long first, long place) {
        var command = repeatable(first);
        return new QueuedCommand(
                place,
                command.commandId(),
                command.interactionId(),
                command.sessionId(),
                command.generation(),
                command.command(),
                command.params(),
                command.deadline(),
                command.expiresAt(),
                command.repeatable(),
                null);
    }

    @Test
    void whatCannotBeReadIsPassedOver() {
        LaneBench.fresh()
                .expect((lane, now) -> lane.unreadable(0, now), "commit 1", "finished")
                .arrives(repeatable(1), "commit 1 sent:1");
    }

    @Test
    void whatExpiresInTheQueueIsNeverSent() {
        LaneBench.fresh()
                .down()
                .arrives(repeatable(0), "waiting device_lost")
                .later(Duration.ofMinutes(5))
                .time("done c0 EXPIRED expired");
    }

    @Test
    void whatExpiresWhileItsIntentIsCommittedIsNeverSent() {
        LaneBench.fresh()
                .later(Duration.ofMinutes(5).minusSeconds(1))
                .arrives(repeatable(0), "commit 0 sent:1")
                .later(SECOND)
                .committed("commit 0", "done c0 EXPIRED expired");
    }

    @Test
    void aQueuedCommandThatIsCancelledIsNotSent() {
        LaneBench.fresh()
                .down()
                .arrives(repeatable(0), "waiting device_lost")
                .cancels("c0", "done c0 CANCELLED NOT_SENT")
                .durable("commit 1", "finished");
    }

    /** The head may be at it for a minute: who cancels what waits behind it is not kept waiting. */
    @Test
    void aCommandBehindTheHeadThatIsCancelledIsNotSentAtOnce() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .arrives(repeatable(1))
                .cancels("c1", "done c1 CANCELLED NOT_SENT")
                .cancels("c1")
                .durable()
                .cancels("c1")
                .ok("c0", "done c0 OK")
                .durable("commit 1", "finished", "commit 2", "finished");
    }

    @Test
    void aCancelThatWasReadBeforeItsCommandHoldsToo() {
        var bench = LaneBench.fresh().sent(repeatable(0)).cancels("c1");
        bench.arrives(repeatable(1), "done c1 CANCELLED NOT_SENT");
    }

    @Test
    void aCancelledCommandIsNotTakenUpBeforeItsOutcomeIsKnown() {
        var bench = LaneBench.fresh()
                .sent(repeatable(0))
                .arrives(repeatable(1))
                .cancels("c1", "done c1 CANCELLED NOT_SENT")
                .ok("c0", "done c0 OK")
                .durableOf("c0", "commit 1", "finished")
                .committed();
        assertFalse(bench.lane().settled(), "an outcome is under way");
        bench.durableOf("c1", "commit 2", "finished");
    }

    @Test
    void aCancelledCommandWhoseOutcomeWasLostIsToldInItsTurn() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .arrives(repeatable(1))
                .cancels("c1", "done c1 CANCELLED NOT_SENT")
                .notDurable()
                .ok("c0", "done c0 OK")
                .durable("commit 1", "finished", "done c1 CANCELLED NOT_SENT")
                .durable("commit 2", "finished");
    }

    @Test
    void aLaneThatIsGivenAwayLeavesTheCancelToTheNextOwner() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .arrives(repeatable(1))
                .expect(CommandLane::halt)
                .cancels("c1");
    }

    @Test
    void aCancelOvertakesAnIntent() {
        LaneBench.fresh()
                .arrives(repeatable(0), "commit 0 sent:1")
                .cancels("c0", "done c0 CANCELLED NOT_SENT")
                .committed();
    }

    @Test
    void aCancelInFlightIsTooLateWhenTheDeviceSaysNothing() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .cancels("c0", "cancel c0")
                .cancels("c0")
                .later(CommandLane.CANCEL_GRACE)
                .time("done c0 CANCELLED TOO_LATE");
    }

    @Test
    void aCancelInFlightEndsWithTheDevicesAnswer() {
        LaneBench.fresh().sent(repeatable(0)).cancels("c0", "cancel c0").ok("c0", "done c0 OK");
        LaneBench.fresh()
                .sent(repeatable(0))
                .cancels("c0", "cancel c0")
                .expect(
                        (lane, now) -> lane.result("c0", Ending.of(Outcome.ERROR, "cancelled", "as you wish"), now),
                        "done c0 CANCELLED TOO_LATE");
    }

    /** Whether the cancel has come through before the connection was lost is not known. */
    @Test
    void aCancelledCommandIsNotSentAgainAfterAReconnectButItsCancelIs() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .cancels("c0", "cancel c0")
                .down()
                .up("cancel c0")
                .later(CommandLane.CANCEL_GRACE)
                .time("done c0 CANCELLED TOO_LATE");
    }

    @Test
    void theEndOfTheSessionEndsWhatIsInFlightAndQueued() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .arrives(repeatable(1))
                .closes("cancel c0", "done c0 SESSION_CLOSED session_closed")
                .durable("commit 1", "finished", "done c1 SESSION_CLOSED session_closed")
                .durable("commit 2", "finished")
                .arrives(repeatable(2), "done c2 SESSION_CLOSED session_closed");
    }

    @Test
    void theEndOfTheSessionSaysWhetherTheDeviceHadTheCommand() {
        assertEquals(
                "the session has ended; the device never saw it",
                LaneEndings.closed(0).message());
        assertEquals(
                "the session has ended; the device had it already and may have run it",
                LaneEndings.closed(1).message());
    }

    @Test
    void aCancelOfASecondAttemptIsTooLate() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .down()
                .up("commit 0 sent:2")
                .cancels("c0", "cancel c0", "done c0 CANCELLED TOO_LATE")
                .committed();
    }

    @Test
    void aCancelWhileTheConnectionIsBackInAMomentIsTooLateAndNothingIsSentAgain() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .down()
                .cancels("c0", "cancel c0")
                .up("cancel c0")
                .later(CommandLane.CANCEL_GRACE)
                .time("done c0 CANCELLED TOO_LATE")
                .durable("commit 1", "finished");
    }

    @Test
    void aCancelledRebootIsNeitherSentAgainNorAskedAboutWhenTheConnectionIsBack() {
        LaneBench.fresh()
                .sent(once(0))
                .down()
                .cancels("c0", "cancel c0")
                .up("cancel c0")
                .ok("c0", "done c0 OK");
    }

    /** It may still be at it; and it is told once, before the next command. */
    @Test
    void aDeviceThatComesBackAfterTheCancelsTimeIsToldToGiveItUp() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .arrives(repeatable(1))
                .down()
                .cancels("c0", "cancel c0")
                .later(CommandLane.CANCEL_GRACE)
                .time("done c0 CANCELLED TOO_LATE")
                .durable("commit 1", "finished", "waiting device_lost")
                .committed()
                .up("cancel c0", "commit 1 sent:1")
                .committed("send c1 1")
                .down()
                .up("commit 1 sent:2");
    }

    @Test
    void aCancelIsNotToldToTheNextSessionsConnection() {
        LaneBench.fresh()
                .sent(repeatable(0))
                .down()
                .cancels("c0", "cancel c0")
                .later(CommandLane.CANCEL_GRACE)
                .time("done c0 CANCELLED TOO_LATE")
                .session(new LaneSession("next", 3, true, Set.of()))
                .up();
    }

    @Test
    void whatWasNeverSentIsNotToldToTheDevice() {
        LaneBench.fresh()
                .down()
                .arrives(repeatable(0), "waiting device_lost")
                .cancels("c0", "done c0 CANCELLED NOT_SENT")
                .durable("commit 1", "finished")
                .up();
    }

    /** The next owner finds the cancel in the session's record. */
    @Test
    void aCancelOutlivesItsBridge() {
        var cancelled = new LaneSession("session", 2, true, Set.of("c7", "c8"));
        LaneBench.recovered(new CommittedPlace(7, 1))
                .session(cancelled)
                .arrives(repeatable(7), "cancel c7", "done c7 CANCELLED TOO_LATE")
                .arrives(repeatable(8), "done c8 CANCELLED NOT_SENT");
        LaneBench.recovered(new CommittedPlace(7, 1))
                .down()
                .session(cancelled)
                .arrives(once(7), "done c7 UNKNOWN bridge_lost");
        LaneBench.recovered(new CommittedPlace(7, 1))
                .down()
                .session(cancelled)
                .arrives(repeatable(7), "done c7 CANCELLED TOO_LATE")
                .up("cancel c7")
                .up();
        LaneBench.recovered(new CommittedPlace(7, 0))
                .session(cancelled)
                .arrives(repeatable(7), "done c7 CANCELLED NOT_SENT");
    }

    /** What may have run once is not said to have been taken away. */
    @Test
    void theEndOfTheSessionLeavesWhatMayRunOnceInDoubt() {
        LaneBench.fresh()
                .sent(once(0))
                .closes("cancel c0", "done c0 UNKNOWN session_closed")
                .durable("commit 1", "finished");
    }

    @Test
    void theEndOfTheSessionOvertakesAnIntent() {
        LaneBench.fresh()
                .arrives(repeatable(0), "commit 0 sent:1")
                .closes("done c0 SESSION_CLOSED session_closed")
                .committed();
    }

    @Test
    void aCommandOfAnEarlierSessionHasLostIt() {
        LaneBench.fresh().arrives(command(0, "before", 1, true), "done c0 SESSION_CLOSED session_closed");
        LaneBench.fresh().arrives(command(0, "rival", 2, true), "done c0 SESSION_CLOSED session_closed");
    }

    @Test
    void aCommandOfASessionToComeWaitsForIt() {
        LaneBench.fresh()
                .closes()
                .arrives(command(0, "next", 3, true), "waiting session_pending")
                .later(Duration.ofMinutes(1))
                .time()
                .session(new LaneSession("next", 3, true, Set.of()), "commit 0 sent:1");
    }

    @Test
    void aCommandOfAnotherInteractionWaitsTenSecondsForTheDevice() {
        LaneBench.fresh()
                .arrives(command(0, "next", 3, true), "waiting device_busy")
                .later(CommandLane.BUSY_GRACE)
                .time("done c0 SESSION_CLOSED device_busy");
    }

    @Test
    void theOtherInteractionsSessionMayChangeMeanwhile() {
        LaneBench.fresh()
                .arrives(command(0, "next", 3, true), "waiting device_busy")
                .later(CommandLane.BUSY_GRACE.dividedBy(2))
                .session(new LaneSession("session", 2, true, Set.of("other")))
                .later(CommandLane.BUSY_GRACE.dividedBy(2))
                .time("done c0 SESSION_CLOSED device_busy");
    }

    @Test
    void aLateResultIsRecordedAndChangesNothing() {
        LaneBench.fresh()
                .ok("stranger", "late stranger")
                .sent(repeatable(0))
                .ok("stranger", "late stranger")
                .ok("c0", "done c0 OK")
                .ok("c0", "late c0")
                .durable("commit 1", "finished")
                .ok("c0", "late c0");
    }

    @Test
    void aLaneThatIsGivenAwayBeginsNothing() {
        var bench = LaneBench.fresh()
                .sent(repeatable(0))
                .arrives(repeatable(1))
                .expect(CommandLane::halt)
                .ok("c0", "done c0 OK")
                .durable("commit 1", "finished");
        assertFalse(bench.lane().settled(), "the place is not committed yet");
        bench.committed();
        assertTrue(bench.lane().settled());
        assertEquals(1, bench.lane().queued());
    }

    @Test
    void aLaneThatIsGivenAwayWithdrawsItsIntent() {
        var bench = LaneBench.fresh()
                .arrives(once(0), "commit 0 sent:1")
                .expect(CommandLane::halt)
                .committed("commit 0")
                .committed();
        assertTrue(bench.lane().settled());
    }

    @Test
    void itSaysWhenItIsToBeAskedAgain() {
        var bench = LaneBench.fresh();
        assertEquals(Moment.NEVER, bench.lane().dueAt(bench.now()));
        bench.sent(repeatable(0));
        assertEquals(bench.now().in(LaneBench.DEADLINE), bench.lane().dueAt(bench.now()));
        bench.cancels("c0", "cancel c0");
        assertEquals(bench.now().in(CommandLane.CANCEL_GRACE), bench.lane().dueAt(bench.now()));
        bench.ok("c0", "done c0 OK");
        assertEquals(Moment.NEVER, bench.lane().dueAt(bench.now()));
    }

    /** A time that has passed and changes nothing had the bridge ask the lane without pause. */
    @Test
    void whatTheTimeWillNotEndIsNotAskedForAgain() {
        var concluding = LaneBench.fresh()
                .arrives(command(0, "next", 3, true), "waiting device_busy")
                .later(CommandLane.BUSY_GRACE)
                .time("done c0 SESSION_CLOSED device_busy");
        assertEquals(Moment.NEVER, concluding.lane().dueAt(concluding.now()), "its outcome is being written");

        var pending = LaneBench.fresh()
                .arrives(command(0, "next", 3, true), "waiting device_busy")
                .closes("waiting session_pending")
                .later(CommandLane.BUSY_GRACE)
                .time();
        assertTrue(pending.lane().dueAt(pending.now()) > pending.now().nanos());

        var expired = LaneBench.fresh()
                .later(Duration.ofMinutes(6))
                .arrives(command(0, "next", 3, true), "waiting device_busy");
        assertEquals(expired.now().in(CommandLane.BUSY_GRACE), expired.lane().dueAt(expired.now()));
    }
}
