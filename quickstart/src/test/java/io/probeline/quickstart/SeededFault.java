package io.probeline.quickstart;

import io.probeline.testkit.Altered;
import io.probeline.testkit.Guarantee;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A broken promise, put into the bridge's own source as somebody might write it by mistake. */
@SuppressWarnings("ImmutableEnumChecker") // Records without components, and a list that is copied.
enum SeededFault {
    /** The frame goes out at once; the intent follows when the device has acknowledged it. */
    INTENT_AFTER_SEND(new Guarantee.RunOnce(), in("CommandLane", """
                            stage = new Intending(commit(new CommittedPlace(head.place(), attempt, probe.evidence(head, now)), now));
                    """, """
                            send(head, attempt, probe.evidence(head, now), now);
                    """), in("CommandLane", """
                                actions.add(new LaneAction.Acknowledged(head, flight.attempt()));
                    """, """
                                actions.add(new LaneAction.Acknowledged(head, flight.attempt()));
                                commit(new CommittedPlace(head.place(), flight.attempt(), evidence), now);
                    """)),

    /** Who was replaced sends all the same: neither a late commit nor a refused one keeps it from doing so. */
    NO_FENCE(
            new Guarantee.NothingFromTheReplaced(),
            in("CommandLane", "if (now.since(intent.requestedAt()).compareTo(lease) > 0) {", "if (attempt < 0) {"),
            in("CommandLane", """
                                stage = new Resting(now.in(RETRY));
                                places.forget(commit);
                    """, """
                                return committed(commit, now);
                    """),
            in("Lease", "at != Moment.NEVER && now - at <= length.toNanos()", "true")),

    /** Who was replaced still asks the device what a reboot's probe asks. */
    PROBE_WITHOUT_FENCE(new Guarantee.NothingFromTheReplaced(), in("LineCommands", """
                            if (owned()) {
                                connection.send(BridgeFrames.probe(ask, now()));
                    """, """
                            if (owned() || ask != null) {
                                connection.send(BridgeFrames.probe(ask, now()));
                    """)),

    /** What may run once only is treated like the others when the connection is back. */
    ONCE_SENT_AGAIN(
            new Guarantee.RunOnce(),
            in("CommandLane", """
                            } else if (head.repeatable()) {
                    """, """
                            } else if (head.probe() != null || head.repeatable()) {
                    """),
            in("HeadVerdict", "if (ran > 0 && !head.repeatable()) {", "if (ran < 0) {")),

    /** A command is taken for done as soon as it is written. */
    TWO_IN_FLIGHT(new Guarantee.OneInFlight(), in("CommandLane", """
                            actions.add(new LaneAction.Send(head, attempt));
                    """, """
                            actions.add(new LaneAction.Send(head, attempt));
                            conclude(head, attempt, new Ending(Outcome.OK, null, null, null));
                    """)),

    /** The place moves on first; the outcome is written after that. */
    PLACE_BEFORE_OUTCOME(new Guarantee.OneOutcomeEach(), in("LineCommands", """
                            parts.watch().passed(LaneStep.OUTCOME_ASKED);
                            var event = parts.events().done(device.value(), conclude, now());
                    """, """
                            held.add(() -> parts.log().event(parts.events().done(device.value(), conclude, now()), told -> {}));
                            parts.loop().post(() -> perform(lane.durable(id, now())));
                        }

                        private final java.util.Queue<Runnable> held = new java.util.ArrayDeque<>();

                        private void outcomeFirst(LaneAction.Conclude conclude, String id) {
                            var event = parts.events().done(device.value(), conclude, now());
                    """), in("LineCommands", """
                                parts.watch().passed(intent(commit) ? LaneStep.INTENT_COMMITTED : LaneStep.PLACE_COMMITTED);
                    """, """
                                parts.watch().passed(intent(commit) ? LaneStep.INTENT_COMMITTED : LaneStep.PLACE_COMMITTED);
                                while (!intent(commit) && !held.isEmpty()) {
                                    held.remove().run();
                                }
                    """));

    private static final Path SOURCES = Launched.ROOT.resolve("ingest-bridge/src/main/java/io/probeline/bridge");

    /** Who has to notice. */
    final Guarantee judge;

    private final List<Altered.Change> changes;

    SeededFault(Guarantee judge, Altered.Change... changes) {
        this.judge = judge;
        this.changes = List.of(changes);
    }

    private static Altered.Change in(String type, String before, String after) {
        return new Altered.Change(type, before, after);
    }

    /** @return the folder with the changed classes */
    Path compile(Path folder) throws IOException {
        return Altered.compile(name(), SOURCES, changes, folder);
    }
}
