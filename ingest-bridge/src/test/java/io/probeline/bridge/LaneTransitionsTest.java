package io.probeline.bridge;

import static io.probeline.bridge.LaneBench.command;
import static io.probeline.bridge.LaneBench.once;
import static io.probeline.bridge.LaneBench.reboot;
import static io.probeline.bridge.LaneBench.repeatable;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.bridge.LaneAction.Ending;
import io.probeline.record.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every input in every stage of a lane leads to what {@code lane-transitions.txt} says; where that is silent, to nothing. */
class LaneTransitionsTest {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    /** Whatever a lane can be told; of the command c0 at its head, where it is about one. */
    enum Input {
        ANOTHER((bench, lane, now) -> lane.arrived(repeatable(1), now)),
        UNREADABLE((bench, lane, now) -> lane.unreadable(1, now)),
        UP((bench, lane, now) -> lane.up(now)),
        DOWN((bench, lane, now) -> lane.down("device_lost", now)),
        HALT((bench, lane, now) -> lane.halt(now)),
        COMMITTED((bench, lane, now) -> bench.committing() ? lane.committed(bench.lastCommit(), now) : List.of()),
        COMMIT_REFUSED(
                (bench, lane, now) -> bench.committing() ? lane.commitFailed(bench.lastCommit(), now) : List.of()),
        ACK((bench, lane, now) -> lane.acknowledged("c0", now)),
        PROGRESS((bench, lane, now) -> lane.progressed(new DeviceFrame.Progress("c0", 40, "half"), now)),
        RESULT((bench, lane, now) -> lane.result("c0", new Ending(Outcome.OK, "{}", null, null), now)),
        CANCELLED_RESULT(
                (bench, lane, now) -> lane.result("c0", Ending.of(Outcome.ERROR, "cancelled", "as you wish"), now)),
        STRANGE_RESULT((bench, lane, now) -> lane.result("c9", new Ending(Outcome.OK, "{}", null, null), now)),
        DURABLE((bench, lane, now) -> lane.durable("c0", now)),
        NOT_DURABLE((bench, lane, now) -> lane.notDurable("c0", now)),
        CANCEL((bench, lane, now) -> lane.session(new LaneSession("session", 2, true, Set.of("c0")), now)),
        CLOSE((bench, lane, now) -> lane.session(new LaneSession("session", 2, false, Set.of()), now)),
        NEXT_SESSION((bench, lane, now) -> lane.session(new LaneSession("next", 3, true, Set.of()), now)),
        TIME_AT_ONCE((bench, lane, now) -> lane.time(now)),
        TIME_LATER((bench, lane, now) -> lane.time(bench.later(FIVE_MINUTES).now()));

        /** Gives it. */
        interface Told {
            List<LaneAction> to(LaneBench bench, CommandLane lane, Moment now);
        }

        @SuppressWarnings("ImmutableEnumChecker") // A lambda that holds nothing.
        private final Told told;

        Input(Told told) {
            this.told = told;
        }
    }

    /** Where a lane may stand, and how it comes there. */
    enum Stage {
        EMPTY(LaneBench::fresh),
        WAITING(() -> LaneBench.fresh().down().arrives(repeatable(0), "waiting device_lost")),
        WAITING_FOR_ITS_SESSION(
                () -> LaneBench.fresh().closes().arrives(command(0, "next", 3, true), "waiting session_pending")),
        WAITING_FOR_THE_DEVICE(() -> LaneBench.fresh().arrives(command(0, "next", 3, true), "waiting device_busy")),
        COMMIT_REFUSED(() ->
                LaneBench.fresh().arrives(repeatable(0), "commit 0 sent:1").commitFails()),
        ASKING(() -> LaneBench.fresh().arrives(reboot(0), "ask firmware_version")),
        INTENDING(() -> LaneBench.fresh().arrives(repeatable(0), "commit 0 sent:1")),
        INTENDING_AGAIN(() -> LaneBench.fresh().sent(repeatable(0)).down().up("commit 0 sent:2")),
        SENT(() -> LaneBench.fresh().sent(repeatable(0))),
        ACKNOWLEDGED(() ->
                LaneBench.fresh().sent(repeatable(0)).expect((lane, now) -> lane.acknowledged("c0", now), "ack c0")),
        INTERRUPTED(() -> LaneBench.fresh().sent(repeatable(0)).down()),
        INTERRUPTED_ONCE(() -> LaneBench.fresh().sent(once(0)).down()),
        LAST_ATTEMPT_INTERRUPTED(() -> LaneBench.recovered(new CommittedPlace(0, 4))
                .arrives(repeatable(0), "commit 0 sent:5")
                .committed("send c0 5")
                .down()),
        CANCELLING(() -> LaneBench.fresh().sent(repeatable(0)).cancels("c0", "cancel c0")),
        CANCELLING_INTERRUPTED(
                () -> LaneBench.fresh().sent(repeatable(0)).down().cancels("c0", "cancel c0")),
        CANCELLED_WHILE_AWAY(() -> LaneBench.fresh()
                .sent(repeatable(0))
                .down()
                .cancels("c0", "cancel c0")
                .later(CommandLane.CANCEL_GRACE)
                .time("done c0 CANCELLED TOO_LATE")),
        DOUBTING(() -> LaneBench.recovered(new CommittedPlace(0, 1)).arrives(reboot(0), "waiting outcome_unknown")),
        CONCLUDING(() -> LaneBench.fresh().sent(repeatable(0)).ok("c0", "done c0 OK")),
        CONCLUDING_UNWRITTEN(() ->
                LaneBench.fresh().sent(repeatable(0)).ok("c0", "done c0 OK").notDurable()),
        TAKEN_OVER(() ->
                LaneBench.recovered(new CommittedPlace(0, 1)).down().arrives(repeatable(0), "waiting device_lost")),
        GIVEN_AWAY(() -> LaneBench.fresh()
                .down()
                .arrives(repeatable(0), "waiting device_lost")
                .expect(CommandLane::halt)),
        GIVEN_AWAY_INTENDING(() ->
                LaneBench.fresh().arrives(repeatable(0), "commit 0 sent:1").expect(CommandLane::halt)),
        GIVEN_AWAY_SENT(() -> LaneBench.fresh().sent(repeatable(0)).expect(CommandLane::halt)),
        GIVEN_AWAY_DOUBTING(() -> LaneBench.recovered(new CommittedPlace(0, 1))
                .arrives(reboot(0), "waiting outcome_unknown")
                .expect(CommandLane::halt));

        @SuppressWarnings("ImmutableEnumChecker") // A lambda that holds nothing.
        private final Supplier<LaneBench> reached;

        Stage(Supplier<LaneBench> reached) {
            this.reached = reached;
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachInputLeadsToWhatTheTableSays(Stage stage) throws IOException {
        var rows = new ArrayList<String>();
        for (var input : Input.values()) {
            var bench = stage.reached.get();
            var actions = bench.gives((lane, now) -> input.told.to(bench, lane, now));
            if (!actions.isEmpty()) {
                rows.add(input + ": " + String.join(", ", actions));
            }
        }
        assertEquals(table(stage), String.join("\n", rows));
    }

    private static String table(Stage stage) throws IOException {
        try (var in = LaneTransitionsTest.class.getResourceAsStream("lane-transitions.txt")) {
            var text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            int begin = text.indexOf("\n[" + stage + "]\n");
            int end = text.indexOf("\n\n", begin + 1);
            return text.substring(
                    begin + stage.name().length() + 4, end < 0 ? text.strip().length() : end);
        }
    }
}
