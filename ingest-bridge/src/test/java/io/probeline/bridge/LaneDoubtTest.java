package io.probeline.bridge;

import static io.probeline.bridge.LaneBench.START;
import static io.probeline.bridge.LaneBench.reboot;
import static io.probeline.bridge.LaneBench.repeatable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each way that a command may take through the lane which may run once, and of which a probe can tell whether it has. */
class LaneDoubtTest {
    private static final String INTENT = "commit 0 sent:1 at:" + START.toEpochMilli() + " starts:17";

    /** What a bridge that has gone has left behind, ten seconds ago. */
    private static CommittedPlace left() {
        return new CommittedPlace(7, 1, new Doubt.Evidence(START.minusSeconds(10), 17L));
    }

    /** The next owner has found it, and the device is there. */
    private static LaneBench found() {
        return LaneBench.recovered(left()).arrives(reboot(7), "waiting outcome_unknown");
    }

    private static LaneBench sent() {
        return LaneBench.fresh()
                .arrives(reboot(0), "ask firmware_version")
                .tells("{\"bootCounter\":17}", INTENT)
                .committed("send c0 1");
    }

    private static LaneBench asks(LaneBench bench) {
        return bench.later(Doubt.ITS_OWN_WORD).time("ask firmware_version");
    }

    @Test
    void theDeviceIsAskedBeforeItIsSentAndTheReadingGoesWithTheIntent() {
        sent().ok("c0", "done c0 OK").durable("commit 1", "finished");
    }

    @Test
    void aDeviceThatDoesNotAnswerHoldsItUpForAShortTimeOnly() {
        LaneBench.fresh()
                .arrives(reboot(0), "ask firmware_version")
                .later(LaneProbe.BEFORE)
                .time("commit 0 sent:1 at:" + START.plus(LaneProbe.BEFORE).toEpochMilli())
                .committed("send c0 1");
    }

    @Test
    void aDeviceThatWillNotTellDoesNotHoldItUp() {
        LaneBench.fresh()
                .arrives(reboot(0), "ask firmware_version")
                .refusesToTell("commit 0 sent:1 at:" + START.toEpochMilli());
    }

    @Test
    void whatWasToldOverALostConnectionIsAskedAnew() {
        LaneBench.fresh()
                .arrives(reboot(0), "ask firmware_version")
                .down("waiting device_lost")
                .up("ask firmware_version")
                .tells("{\"bootCounter\":17}", INTENT)
                .down()
                .up()
                .committed("commit 0", "ask firmware_version");
    }

    @Test
    void whileAProbeIsOutNothingElseIsSent() {
        LaneBench.fresh()
                .arrives(reboot(0), "ask firmware_version")
                .arrives(repeatable(1))
                .cancels("c0", "done c0 CANCELLED NOT_SENT")
                .durable("commit 1", "finished")
                .tells("{}", "commit 1 sent:1");
    }

    @Test
    void whatExpiresWhileTheDeviceIsAskedIsNeverSent() {
        LaneBench.fresh()
                .later(Duration.ofMinutes(5).minusSeconds(1))
                .arrives(reboot(0), "ask firmware_version")
                .later(Duration.ofSeconds(1))
                .time("done c0 EXPIRED expired");
    }

    @Test
    void aLaneThatIsGivenAwayWhileItAsksIsSettled() {
        var bench = LaneBench.fresh().arrives(reboot(0), "ask firmware_version").expect(CommandLane::halt);
        assertTrue(bench.lane().settled());
    }

    @Test
    void anotherOwnersCommandThatHasRunIsToldSo() {
        asks(found()).tells("{\"bootCounter\":18}", "done c7 EXECUTED").durable("commit 8", "finished");
    }

    @Test
    void thatItDidNotRunIsToldOnlyWhenItCanNotBeginAnyMore() {
        var bench = asks(found()).tells("{\"bootCounter\":17}");
        // Sent 10 s ago at the earliest, 5 s ago at the latest, with a deadline of 10 s.
        bench.later(Duration.ofSeconds(4))
                .time("ask firmware_version")
                .tells("{\"bootCounter\":17}", "done c7 NOT_EXECUTED not_executed");
    }

    @Test
    void aStartThatComesLateIsStillSeen() {
        asks(found())
                .tells("{\"bootCounter\":17}")
                .later(Duration.ofSeconds(4))
                .time("ask firmware_version")
                .tells("{\"bootCounter\":18}", "done c7 EXECUTED");
    }

    @Test
    void eachProbeHasAnIdOfItsOwn() {
        var bench = asks(found()).tells("{\"bootCounter\":17}");
        bench.later(Duration.ofSeconds(4)).time("ask firmware_version");
        assertEquals(2, bench.asked().stream().distinct().count());
        assertTrue(bench.asked().stream().allMatch(id -> id.startsWith("probe.c7.")), () -> "" + bench.asked());
    }

    @Test
    void aRunningTimeTellsTooWhereThereIsNoCounter() {
        asks(found()).tells("{\"uptime_s\":3}", "done c7 EXECUTED");
        var bench = asks(found()).tells("{\"uptime_s\":86400}");
        bench.later(Duration.ofSeconds(4))
                .time("ask firmware_version")
                .tells("{\"uptime_s\":86405}", "done c7 NOT_EXECUTED not_executed");
        asks(found()).tells("{\"uptime_s\":11}", "done c7 UNKNOWN bridge_lost");
    }

    @Test
    void aDeviceThatGivesNothingLeavesItUnknown() {
        asks(found())
                .tells("{\"version\":\"1.2\"}", "done c7 UNKNOWN bridge_lost")
                .durable("commit 8", "finished");
        asks(found()).tells("{\"bootCounter\":3}", "done c7 UNKNOWN bridge_lost");
    }

    @Test
    void withoutEvidenceACounterTellsNothing() {
        var bench = LaneBench.recovered(new CommittedPlace(7, 1)).arrives(reboot(7), "waiting outcome_unknown");
        asks(bench).tells("{\"bootCounter\":18}", "done c7 UNKNOWN bridge_lost");
    }

    @Test
    void aProbeWithoutAnswerIsAskedAgainUntilNobodyWaitsAnyMore() {
        var bench = asks(found());
        var until = Duration.ofSeconds(5).plus(Doubt.PATIENCE).minus(Doubt.ITS_OWN_WORD);
        var round = LaneProbe.AFTER.plus(Doubt.AGAIN);
        for (int i = 1; i <= until.dividedBy(round); i++) {
            bench.later(LaneProbe.AFTER).time().later(Doubt.AGAIN).time("ask firmware_version");
        }
        bench.later(round).time("done c7 UNKNOWN bridge_lost").durable("commit 8", "finished");
    }

    @Test
    void aDeviceThatRefusesIsAskedAgain() {
        asks(found())
                .refusesToTell()
                .later(Doubt.AGAIN)
                .time("ask firmware_version")
                .tells("{\"bootCounter\":18}", "done c7 EXECUTED");
    }

    @Test
    void aDeviceThatStaysAwayLeavesItUnknown() {
        LaneBench.recovered(left())
                .down()
                .arrives(reboot(7), "waiting outcome_unknown")
                .later(Duration.ofSeconds(5).plus(Doubt.PATIENCE))
                .time("done c7 UNKNOWN bridge_lost");
    }

    @Test
    void theDevicesOwnWordComesFirst() {
        found().ok("c7", "done c7 OK").durable("commit 8", "finished");
        asks(found()).ok("c7", "done c7 OK");
    }

    @Test
    void nothingPassesIt() {
        asks(found())
                .arrives(repeatable(8))
                .tells("{\"bootCounter\":18}", "done c7 EXECUTED")
                .durable("commit 8", "finished", "commit 8 sent:1");
    }

    @Test
    void aLateAnswerToAProbeIsRecordedAndChangesNothing() {
        var bench = asks(found()).tells("{\"bootCounter\":18}", "done c7 EXECUTED");
        bench.tells("{\"bootCounter\":18}", "late " + bench.asked().getLast());
    }

    @Test
    void aLostConnectionPutsItInDoubtAndTheDeviceIsAskedWhenItIsBack() {
        var bench = sent().down().up("waiting outcome_unknown");
        asks(bench).tells("{\"bootCounter\":18}", "done c0 EXECUTED").durable("commit 1", "finished");
    }

    @Test
    void aDeviceThatIsStillAwayAtTheDeadlineIsWaitedFor() {
        var bench = sent().down().later(LaneBench.DEADLINE).time("waiting outcome_unknown");
        bench.up();
        asks(bench).tells("{\"bootCounter\":17}", "done c0 NOT_EXECUTED not_executed");
    }

    @Test
    void aConnectionThatIsLostWhileItAsksIsNoAnswer() {
        var bench = asks(found()).down().later(Duration.ofSeconds(3)).time().up();
        asks(bench).tells("{\"bootCounter\":18}", "done c7 EXECUTED");
    }

    @Test
    void withoutALostConnectionItTimesOut() {
        sent().later(LaneBench.DEADLINE).time("done c0 TIMED_OUT timed_out");
    }

    @Test
    void whoCancelsIsTooLate() {
        asks(found()).cancels("c7", "cancel c7", "done c7 CANCELLED TOO_LATE");
    }

    @Test
    void theEndOfTheSessionLeavesItUnknown() {
        found().closes("done c7 UNKNOWN bridge_lost");
    }

    /** It was sent, and whoever sent it has gone: that its session has gone too makes nothing certain. */
    @Test
    void aSessionThatHadEndedWhenTheNextOwnerCameLeavesItUnknownToo() {
        LaneBench.recovered(left()).closes().arrives(reboot(7), "done c7 UNKNOWN bridge_lost");
        LaneBench.recovered(left())
                .session(new LaneSession("next", 3, true, Set.of()))
                .arrives(reboot(7), "done c7 UNKNOWN bridge_lost");
        LaneBench.recovered(left()).closes().arrives(reboot(8), "done c8 SESSION_CLOSED session_closed");
    }

    @Test
    void aLaneThatIsGivenAwayLeavesTheDoubtToTheNextOwner() {
        var bench = asks(found()).expect(CommandLane::halt);
        assertTrue(bench.lane().settled());
    }

    @Test
    void itSaysWhenItIsToBeAskedAgain() {
        var bench = found();
        assertEquals(bench.now().in(Doubt.ITS_OWN_WORD), bench.lane().dueAt(bench.now()));
        asks(bench);
        assertEquals(bench.now().in(LaneProbe.AFTER), bench.lane().dueAt(bench.now()));
        bench.down();
        assertEquals(
                bench.now().at(START.plusSeconds(5).plus(Doubt.PATIENCE)),
                bench.lane().dueAt(bench.now()));
    }

    @Test
    void theEvidenceIsReadBackAsItWasWritten() {
        var place = left();
        assertEquals(place, CommittedPlace.of(7, place.metadata()));
        assertEquals(
                "sent:1 at:" + Instant.parse("2026-11-22T09:59:50Z").toEpochMilli() + " starts:17", place.metadata());
        assertEquals(new CommittedPlace(7, 1), CommittedPlace.of(7, "sent:1 at:x starts:"));
    }
}
