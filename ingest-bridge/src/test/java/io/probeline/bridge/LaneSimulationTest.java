package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.bridge.LaneSimulation.Sent;
import io.probeline.bridge.LaneSimulation.Told;
import io.probeline.record.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is promised of commands holds for whatever a lane goes through, crashes and sleepers included. */
class LaneSimulationTest {
    private static final long SEED = Long.getLong("seed", 20_261_122);
    private static final int WORLDS = Integer.getInteger("worlds", 2_000);
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private static List<QueuedCommand> topic(Random random) {
        var topic = new ArrayList<QueuedCommand>();
        int size = 1 + random.nextInt(12);
        for (int place = 0; place < size; place++) {
            boolean next = place > size * 2 / 3;
            boolean again = place > 0 && random.nextInt(8) == 0;
            topic.add(again ? at(place, topic.getLast()) : command(place, next, random));
        }
        return topic;
    }

    /** Two gateways were asked for the same at the same time. */
    private static QueuedCommand at(long place, QueuedCommand first) {
        return new QueuedCommand(
                place,
                first.commandId(),
                first.interactionId(),
                first.sessionId(),
                first.generation(),
                first.command(),
                first.params(),
                first.deadline(),
                first.expiresAt(),
                first.repeatable(),
                first.probe());
    }

    private static QueuedCommand command(long place, boolean next, Random random) {
        int kind = random.nextInt(3);
        return new QueuedCommand(
                place,
                "c" + place,
                "call",
                next ? "next" : "session",
                next ? 3 : 2,
                "a command",
                "{}",
                Duration.ofSeconds(1 + random.nextInt(20)),
                START.plusSeconds(20 + random.nextInt(400)),
                kind == 0,
                kind == 1 ? probe() : null);
    }

    private static @Nullable Probe probe() {
        return new Probe("firmware_version", "{}", List.of("bootCounter"), List.of());
    }

    @Test
    void holdsInEveryWorld() {
        System.out.println("seed " + SEED);
        var outcomes = new TreeMap<Outcome, Integer>();
        long sent = 0;
        for (int world = 0; world < WORLDS; world++) {
            var topic = topic(new Random(SEED + world));
            var run = new LaneSimulation(new Random(SEED - world), topic).run();
            try {
                judge(topic, run);
            } catch (AssertionError e) {
                throw new AssertionError(
                        "world " + world + ": " + e.getMessage() + "\n" + run.sent + "\n" + run.told, e);
            }
            run.told.forEach(told -> outcomes.merge(told.ending().outcome(), 1, Integer::sum));
            sent += run.sent.size();
        }
        System.out.println(WORLDS + " worlds, " + sent + " frames, outcomes " + outcomes);
        assertEquals(EnumSet.allOf(Outcome.class), outcomes.keySet(), "an outcome that the simulation never comes to");
    }

    private static void judge(List<QueuedCommand> topic, LaneSimulation run) {
        eachHasOneOutcome(topic, run.told);
        run.sent.forEach(sent -> intended(topic, sent));
        inOrderAndOnce(run.sent);
        run.told.forEach(told -> itIsTrue(told, run));
        assertEquals(run.places.stream().sorted().toList(), run.places, "a place has moved back");
    }

    /** What one who was replaced has still had under way may come beside it. */
    private static void eachHasOneOutcome(List<QueuedCommand> topic, List<Told> told) {
        for (var command : topic) {
            var its = told.stream()
                    .filter(each -> each.command().commandId().equals(command.commandId()))
                    .toList();
            long own = its.stream().filter(each -> !each.stale()).count();
            assertFalse(its.isEmpty(), command.commandId() + " has no outcome");
            assertTrue(own <= 1, command.commandId() + " has " + own + " outcomes");
        }
    }

    private static void intended(List<QueuedCommand> topic, Sent sent) {
        assertTrue(sent.byOwner(), "one who was replaced has sent " + sent);
        assertEquals(sent.command().place(), sent.committed().place(), "sent without its intent: " + sent);
        assertEquals(sent.attempt(), sent.committed().attempt(), "sent without its intent: " + sent);
        topic.stream()
                .filter(each -> each.place() < sent.command().place())
                .forEach(each -> assertTrue(
                        sent.ended().contains(each.commandId()), sent + " before the outcome of " + each.commandId()));
    }

    private static void inOrderAndOnce(List<Sent> sent) {
        var attempts = new HashMap<String, Integer>();
        var seen = new HashSet<String>();
        long last = -1;
        for (var each : sent) {
            var command = each.command();
            assertTrue(command.place() >= last, "out of order: " + each);
            last = command.place();
            boolean again = !seen.add(command.commandId());
            assertFalse(again && !command.repeatable(), "sent again: " + each);
            int before = attempts.getOrDefault(command.commandId(), 0);
            assertTrue(each.attempt() > before, "the same attempt again: " + each);
            attempts.put(command.commandId(), each.attempt());
        }
    }

    /** What an earlier command that was left unknown has done only now can't be told apart; see ADR 10. */
    private static boolean otherStart(Told told, LaneSimulation run) {
        return run.told.stream()
                .filter(each -> each.command().place() < told.command().place())
                .filter(each -> each.ending().outcome() == Outcome.UNKNOWN)
                .anyMatch(each -> run.device().ran(each.command().commandId()));
    }

    /** What is said of a command holds against what was on the wire, and what the device has done. */
    private static void itIsTrue(Told told, LaneSimulation run) {
        var id = told.command().commandId();
        boolean sent =
                run.sent.stream().anyMatch(each -> each.command().commandId().equals(id));
        var code = told.ending().code();
        switch (told.ending().outcome()) {
            case EXPIRED -> assertFalse(sent, id + " has expired and was sent");
            case CANCELLED -> {
                assertTrue(!sent || !"NOT_SENT".equals(code), id + " is NOT_SENT and was sent");
                // One who was replaced does not know what its successor found.
                boolean given = !told.stale() && run.toldToGiveUp.contains(id);
                assertTrue(!given || !"NOT_SENT".equals(code), id + " is NOT_SENT, and the device was to give it up");
            }
            case EXECUTED ->
                assertTrue(run.device().ran(id) || otherStart(told, run), id + " was EXECUTED and has not run");
            case NOT_EXECUTED -> assertFalse(run.device().ran(id), id + " was NOT_EXECUTED and has run");
            case OK -> assertTrue(run.device().ran(id), id + " was OK and has not run");
            case SESSION_CLOSED -> {
                boolean unseen = String.valueOf(told.ending().message()).endsWith("never saw it");
                assertTrue(!sent || !unseen, id + " was sent: " + told);
            }
            case ERROR, TIMED_OUT -> assertTrue(sent, id + " was never sent");
            case UNKNOWN -> {}
        }
    }
}
