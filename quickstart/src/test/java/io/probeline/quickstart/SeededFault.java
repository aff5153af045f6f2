package io.probeline.quickstart;

import io.probeline.testkit.Guarantee;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.tools.ToolProvider;

/**
 * A broken promise, put into the bridge's own source as somebody might write it by mistake. The product has no switch for it: its text is changed and compiled apart,
 * and the classes stand before the product's. A change whose text is no longer found, or found twice, fails.
 */
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

    /** What may run once only is treated like the others when the connection is back. */
    ONCE_SENT_AGAIN(
            new Guarantee.RunOnce(),
            in("CommandLane", """
                                if (head.repeatable()) {
                    """, """
                                if (head.probe() != null || head.repeatable()) {
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

    private record Change(String type, String before, String after) {}

    /** Who has to notice. */
    final Guarantee judge;

    private final List<Change> changes;

    SeededFault(Guarantee judge, Change... changes) {
        this.judge = judge;
        this.changes = List.of(changes);
    }

    private static Change in(String type, String before, String after) {
        return new Change(type, before, after);
    }

    /** @return the folder with the changed classes */
    Path compile(Path folder) throws IOException {
        var sources = new LinkedHashMap<String, String>();
        for (var change : changes) {
            var text = sources.get(change.type());
            sources.put(
                    change.type(),
                    apply(change, text == null ? Files.readString(source(SOURCES, change.type())) : text));
        }
        var written = Files.createDirectories(folder.resolve(name() + "/source"));
        var classes = Files.createDirectories(folder.resolve(name() + "/classes"));
        for (var entry : sources.entrySet()) {
            Files.writeString(source(written, entry.getKey()), entry.getValue());
        }
        javac(sources, written, classes);
        return classes;
    }

    private String apply(Change change, String text) {
        int at = text.indexOf(change.before());
        if (at < 0 || text.indexOf(change.before(), at + 1) >= 0) {
            throw new AssertionError(
                    name() + " no longer fits " + change.type() + ", which has none or two of:\n" + change.before());
        }
        return text.replace(change.before(), change.after());
    }

    private void javac(Map<String, String> sources, Path written, Path classes) throws IOException {
        var compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK is needed");
        var said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var units = files.getJavaFileObjectsFromPaths(
                    sources.keySet().stream().map(type -> source(written, type)).toList());
            var options = List.of(
                    "-proc:none",
                    "-nowarn",
                    "-d",
                    classes.toString(),
                    "-cp",
                    Objects.requireNonNull(System.getProperty("java.class.path")));
            if (!compiler.getTask(said, files, null, options, null, units).call()) {
                throw new AssertionError(name() + " does not compile:\n" + said);
            }
        }
    }

    private static Path source(Path folder, String type) {
        return folder.resolve(type + ".java");
    }
}
