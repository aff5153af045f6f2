package io.probeline.bridge;

import io.probeline.bridge.LaneAction.Commit;
import io.probeline.bridge.LaneAction.Conclude;
import io.probeline.bridge.LaneAction.Ending;
import io.probeline.record.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One device's commands in a world where all goes wrong that may, by a seed and in one thread: commits and outcomes are slow, refused or
 * carried out without an answer; connections break; owners crash, hand over, or sleep and wake when another has long taken over. What
 * comes of it is written down, for {@link LaneSimulationTest} to judge.
 */
final class LaneSimulation {
    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    /** A frame on the wire, what Kafka had committed just then, and whose outcomes were durable. */
    record Sent(QueuedCommand command, int attempt, CommittedPlace committed, Set<String> ended, boolean byOwner) {}

    /** An outcome that is durable; stale where one wrote it who had been replaced by then. */
    record Told(QueuedCommand command, Ending ending, boolean stale) {}

    private final Random random;
    private final List<QueuedCommand> topic;
    private final SimulatedDevice device;
    private final Set<String> cancelled = new HashSet<>();
    private CommittedPlace committed = CommittedPlace.NONE;
    private LaneSession session = new LaneSession("session", 2, true, Set.of());
    private Duration elapsed = Duration.ZERO;
    private Owner owner;
    final List<Sent> sent = new ArrayList<>();
    final List<Told> told = new ArrayList<>();
    final List<Long> places = new ArrayList<>();
    final Set<String> toldToGiveUp = new HashSet<>();

    LaneSimulation(Random random, List<QueuedCommand> topic) {
        this.random = random;
        this.topic = topic;
        this.device = new SimulatedDevice(random);
        this.owner = new Owner();
    }

    SimulatedDevice device() {
        return device;
    }

    /** A bridge, as far as one lane needs it. */
    private final class Owner {
        final CommandLane lane;
        final Deque<Commit> asked = new ArrayDeque<>();
        final Deque<Commit> accepted = new ArrayDeque<>();
        final Deque<Conclude> outcomes = new ArrayDeque<>();
        final Deque<String> refused = new ArrayDeque<>();
        final Deque<LaneAction.Ask> probes = new ArrayDeque<>();
        int next = (int) Math.max(0, committed.place());
        boolean up;

        Owner() {
            var done = new RunIds();
            told.forEach(each -> done.add(each.command().commandId()));
            lane = new CommandLane(session, committed, done, LEASE, "device_connecting");
        }

        boolean owns() {
            return this == owner;
        }

        void perform(List<LaneAction> actions) {
            for (var action : actions) {
                switch (action) {
                    case Commit commit -> asked.add(commit);
                    case Conclude conclude when owns() -> outcomes.add(conclude);
                    case Conclude conclude -> refused.add(conclude.command().commandId());
                    case LaneAction.Ask ask -> probes.add(ask);
                    case LaneAction.Send(var command, var attempt) -> send(command, attempt);
                    case LaneAction.SendCancel(var command) when up && owns() -> toldToGiveUp.add(command.commandId());
                    case LaneAction.SendCancel _, LaneAction.Waiting _, LaneAction.Acknowledged _ -> {}
                    case LaneAction.Progressed _, LaneAction.Late _, LaneAction.Finished _ -> {}
                }
            }
        }

        private void send(QueuedCommand command, int attempt) {
            sent.add(new Sent(command, attempt, committed, ended(), owns()));
            device.receives(command, up && owns());
        }

        void read() {
            if (next < topic.size()) {
                perform(lane.arrived(topic.get(next++), now()));
            }
        }

        void kafkaTakesACommit() {
            kafkaTakesACommit(owns());
        }

        /** @param member whether this bridge is in the group: Kafka does not ask whose a partition is */
        void kafkaTakesACommit(boolean member) {
            var commit = asked.poll();
            if (commit == null) {
                return;
            }
            boolean taken = member && random.nextInt(10) > 0;
            if (taken) {
                committed = commit.place();
                places.add(committed.place());
            }
            // That of one in twenty is taken and never told so.
            if (taken && random.nextInt(20) > 0) {
                accepted.add(commit);
            } else {
                perform(lane.commitFailed(commit, now()));
            }
        }

        void hearsOfItsCommit() {
            var commit = accepted.poll();
            if (commit != null) {
                perform(lane.committed(commit, now()));
            }
        }

        void kafkaTakesAnOutcome(boolean trouble) {
            var conclude = outcomes.poll();
            if (conclude == null) {
                return;
            }
            boolean taken = !trouble || random.nextInt(10) > 0;
            if (taken) {
                told.add(new Told(conclude.command(), conclude.ending(), !owns()));
            }
            var id = conclude.command().commandId();
            perform(taken ? lane.durable(id, now()) : lane.notDurable(id, now()));
        }

        void hearsTheDevice() {
            if (up) {
                device.says().ifPresent(id -> perform(lane.result(id, answer(), now())));
            }
            var probe = up ? probes.poll() : null;
            if (probe != null && random.nextInt(5) > 0) {
                perform(lane.result(probe.id(), ok("{\"bootCounter\":" + device.starts() + "}"), now()));
            }
        }

        void connects(boolean connected) {
            if (up != connected) {
                up = connected;
                probes.clear();
                perform(connected ? lane.up(now()) : lane.down("device_lost", now()));
            }
        }

        void looksAtTheTime() {
            // Its lease is over: what it has to tell is not written.
            while (!refused.isEmpty()) {
                perform(lane.notDurable(refused.remove(), now()));
            }
            perform(lane.time(now()));
        }

        boolean over() {
            return next == topic.size() && lane.queued() == 0 && lane.settled();
        }
    }

    private Ending answer() {
        return random.nextInt(6) == 0 ? Ending.of(Outcome.ERROR, "busy", "radio in use") : ok("{}");
    }

    private static Ending ok(String data) {
        return new Ending(Outcome.OK, data, null, null);
    }

    private Set<String> ended() {
        var ids = new HashSet<String>();
        told.forEach(each -> ids.add(each.command().commandId()));
        return ids;
    }

    private Moment now() {
        return new Moment(elapsed.toNanos(), START.plus(elapsed));
    }

    private void passes(Duration time) {
        elapsed = elapsed.plus(time);
        device.passes(now());
    }

    private void becomes(LaneSession changed) {
        session = changed;
        owner.perform(owner.lane.session(changed, now()));
    }

    /** Something happens, which may be bad where there is trouble. */
    private void step(boolean trouble) {
        passes(Duration.ofMillis(random.nextInt(200)));
        owner.looksAtTheTime();
        switch (random.nextInt(trouble ? 21 : 16)) {
            case 0, 1, 2 -> owner.read();
            case 3, 4, 5 -> owner.kafkaTakesACommit();
            case 6, 7, 8 -> owner.hearsOfItsCommit();
            case 9, 10, 11 -> owner.kafkaTakesAnOutcome(trouble);
            case 12, 13 -> owner.hearsTheDevice();
            case 14 -> owner.connects(true);
            case 15 -> passes(Duration.ofSeconds(random.nextInt(4)));
            case 16 -> rarely(3, () -> owner.connects(false));
            case 17 -> rarely(8, this::cancel);
            case 18 -> rarely(8, this::crash);
            case 19 -> rarely(8, this::handOver);
            default -> rarely(8, this::sleep);
        }
        if (device.startsAnew()) {
            owner.connects(false);
        }
    }

    private void rarely(int oneIn, Runnable happens) {
        if (random.nextInt(oneIn) == 0) {
            happens.run();
        }
    }

    private void cancel() {
        if (session.open()) {
            cancelled.add(topic.get(random.nextInt(topic.size())).commandId());
            becomes(new LaneSession(session.sessionId(), session.generation(), true, Set.copyOf(cancelled)));
        }
    }

    private void crash() {
        owner = new Owner();
    }

    private void handOver() {
        owner.perform(owner.lane.halt(now()));
        for (int i = random.nextInt(8); i > 0 && !owner.lane.settled(); i--) {
            owner.kafkaTakesACommit();
            owner.hearsOfItsCommit();
            owner.kafkaTakesAnOutcome(true);
        }
        var before = owner;
        before.lane.leave();
        before.asked.clear();
        owner = new Owner();
        stragglers(before);
    }

    /** What is still under way of one who has let go, and is in the group all the same. */
    private void stragglers(Owner before) {
        for (int i = random.nextInt(12); i > 0; i--) {
            before.hearsOfItsCommit();
            before.kafkaTakesAnOutcome(true);
            before.looksAtTheTime();
            before.kafkaTakesACommit(true);
            step(false);
        }
    }

    /** The group waits for longer than the lease before it gives the device to another; the sleeper hears of all only now. */
    private void sleep() {
        var sleeper = owner;
        passes(LEASE.multipliedBy(2));
        owner = new Owner();
        for (int i = random.nextInt(12); i > 0; i--) {
            sleeper.hearsOfItsCommit();
            sleeper.kafkaTakesACommit();
            sleeper.kafkaTakesAnOutcome(true);
            sleeper.looksAtTheTime();
            sleeper.connects(random.nextBoolean());
        }
    }

    /** The first session's troubles, its end, the next session's troubles, and then calm until all is over. */
    LaneSimulation run() {
        trouble(random.nextInt(600));
        becomes(new LaneSession("session", 2, false, Set.of()));
        trouble(random.nextInt(60));
        becomes(new LaneSession("next", 3, true, Set.of()));
        trouble(random.nextInt(600));
        for (int i = 0; !owner.over(); i++) {
            if (i > 100_000) {
                throw new AssertionError("it does not come to an end: " + owner.lane.queued() + " are left");
            }
            step(false);
        }
        return this;
    }

    private void trouble(int steps) {
        for (int i = 0; i < steps; i++) {
            step(true);
        }
    }
}
