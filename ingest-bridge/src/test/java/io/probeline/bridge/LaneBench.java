package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.bridge.LaneAction.Commit;
import io.probeline.bridge.LaneAction.Conclude;
import io.probeline.bridge.LaneAction.Ending;
import io.probeline.record.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A lane on the bench: a clock that the test moves, and every action written down in a word or two. */
final class LaneBench {
    static final Duration LEASE = Duration.ofSeconds(5);
    static final Duration DEADLINE = Duration.ofSeconds(10);
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private final CommandLane lane;
    private final List<Commit> commits = new ArrayList<>();
    private final List<String> concluded = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private Duration elapsed = Duration.ZERO;

    private LaneBench(CommittedPlace recovered, RunIds done) {
        lane = new CommandLane(
                new LaneSession("session", 2, true, Set.of()), recovered, done, LEASE, "device_connecting");
    }

    /** Nothing was committed before, and the device can be spoken to. */
    static LaneBench fresh() {
        return recovered(CommittedPlace.NONE);
    }

    static LaneBench recovered(CommittedPlace place, String... done) {
        var ids = new RunIds();
        for (var id : done) {
            ids.add(id);
        }
        var bench = new LaneBench(place, ids);
        bench.expect(CommandLane::up);
        return bench;
    }

    static QueuedCommand repeatable(long place) {
        return command(place, "session", 2, true);
    }

    static QueuedCommand once(long place) {
        return command(place, "session", 2, false);
    }

    /** May run once, and its probe tells whether it has. */
    static QueuedCommand reboot(long place) {
        return command(
                place,
                "session",
                2,
                false,
                new Probe("firmware_version", "{}", List.of("bootCounter"), List.of("uptime_s")));
    }

    static QueuedCommand command(long place, String session, long generation, boolean repeatable) {
        return command(place, session, generation, repeatable, null);
    }

    private static QueuedCommand command(
            long place, String session, long generation, boolean repeatable, @Nullable Probe probe) {
        return new QueuedCommand(
                place,
                "c" + place,
                "call",
                session,
                generation,
                "ping_latency",
                "{}",
                DEADLINE,
                START.plus(Duration.ofMinutes(5)),
                repeatable,
                probe);
    }

    Moment now() {
        return new Moment(elapsed.toNanos(), START.plus(elapsed));
    }

    LaneBench later(Duration time) {
        elapsed = elapsed.plus(time);
        return this;
    }

    CommandLane lane() {
        return lane;
    }

    /** Gives the lane an input, and holds it to exactly these actions. */
    LaneBench expect(BiFunction<CommandLane, Moment, List<LaneAction>> input, String... actions) {
        assertEquals(List.of(actions), gives(input));
        return this;
    }

    /** What the lane makes of an input. */
    List<String> gives(BiFunction<CommandLane, Moment, List<LaneAction>> input) {
        var given = input.apply(lane, now());
        given.stream().filter(Commit.class::isInstance).map(Commit.class::cast).forEach(commits::add);
        given.stream()
                .filter(Conclude.class::isInstance)
                .map(each -> ((Conclude) each).command().commandId())
                .forEach(concluded::add);
        given.stream()
                .filter(LaneAction.Ask.class::isInstance)
                .map(each -> ((LaneAction.Ask) each).id())
                .forEach(asked::add);
        return given.stream().map(LaneBench::shown).toList();
    }

    boolean committing() {
        return !commits.isEmpty();
    }

    Commit lastCommit() {
        return commits.getLast();
    }

    LaneBench arrives(QueuedCommand command, String... actions) {
        return expect((lane, now) -> lane.arrived(command, now), actions);
    }

    /** The last commit is acknowledged. */
    LaneBench committed(String... actions) {
        var last = commits.getLast();
        return expect((lane, now) -> lane.committed(last, now), actions);
    }

    LaneBench commitFails(String... actions) {
        var last = commits.getLast();
        return expect((lane, now) -> lane.commitFailed(last, now), actions);
    }

    /** The first command is on its way: intent committed, written to the socket. */
    LaneBench sent(QueuedCommand command) {
        return arrives(command, "commit " + command.place() + " sent:1")
                .committed("send " + command.commandId() + " 1");
    }

    /** The last probe's answer. */
    LaneBench tells(String data, String... actions) {
        return expect(
                (lane, now) -> lane.result(asked.getLast(), new Ending(Outcome.OK, data, null, null), now), actions);
    }

    LaneBench refusesToTell(String... actions) {
        return expect(
                (lane, now) -> lane.result(asked.getLast(), new Ending(Outcome.ERROR, null, "busy", "no"), now),
                actions);
    }

    List<String> asked() {
        return asked;
    }

    LaneBench ok(String id, String... actions) {
        return expect((lane, now) -> lane.result(id, new Ending(Outcome.OK, "{}", null, null), now), actions);
    }

    LaneBench durable(String... actions) {
        return durableOf(concluded.getLast(), actions);
    }

    LaneBench durableOf(String id, String... actions) {
        return expect((lane, now) -> lane.durable(id, now), actions);
    }

    LaneBench notDurable(String... actions) {
        var last = concluded.getLast();
        return expect((lane, now) -> lane.notDurable(last, now), actions);
    }

    LaneBench session(LaneSession session, String... actions) {
        return expect((lane, now) -> lane.session(session, now), actions);
    }

    LaneBench closes(String... actions) {
        return session(new LaneSession("session", 2, false, Set.of()), actions);
    }

    LaneBench cancels(String id, String... actions) {
        return session(new LaneSession("session", 2, true, Set.of(id)), actions);
    }

    LaneBench up(String... actions) {
        return expect(CommandLane::up, actions);
    }

    LaneBench down(String... actions) {
        return expect((lane, now) -> lane.down("device_lost", now), actions);
    }

    LaneBench time(String... actions) {
        return expect(CommandLane::time, actions);
    }

    private static String shown(LaneAction action) {
        return switch (action) {
            case Commit commit ->
                ("commit " + commit.place().place() + " " + commit.place().metadata()).strip();
            case LaneAction.Send send -> "send " + send.command().commandId() + " " + send.attempt();
            case LaneAction.Ask ask -> "ask " + ask.probe().command();
            case LaneAction.SendCancel cancel -> "cancel " + cancel.command().commandId();
            case LaneAction.Waiting waiting -> "waiting " + waiting.reason();
            case LaneAction.Acknowledged ack -> "ack " + ack.command().commandId();
            case LaneAction.Progressed progress ->
                "progress " + progress.progress().percent();
            case LaneAction.Late late -> "late " + late.commandId();
            case Conclude conclude -> shown(conclude);
            case LaneAction.Finished() -> "finished";
        };
    }

    private static String shown(Conclude conclude) {
        var ending = conclude.ending();
        var code = ending.code() == null ? "" : " " + ending.code();
        return "done " + conclude.command().commandId() + " " + ending.outcome() + code;
    }
}
