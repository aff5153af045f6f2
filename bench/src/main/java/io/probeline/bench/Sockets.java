package io.probeline.bench;

import io.probeline.bench.CommandLoad.Round;
import io.probeline.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How many devices one whole bridge holds, over {@code ws} and over {@code wss}: {@code bench sockets}. Every device has a session that the gateway has opened, a command topic and a lane;
 * it sends telemetry, which goes to Kafka, and is given commands. Nothing may be left out, dropped or unanswered, and nobody may lose a connection.
 */
final class Sockets {
    private static final long SEED = Long.getLong("seed", 20_261_129);
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final String ENDS = "probeline_bridge_connection_ends_total";
    private static final List<String> DOOR = List.of("-XX:+UseSerialGC", "-Xmx2g");

    private final int sessions;
    private final Duration interval;
    private final int rate;
    private final Duration length;
    private final long begun = System.nanoTime();

    private Sockets(int sessions, Duration interval, int rate, Duration length) {
        this.sessions = sessions;
        this.interval = interval;
        this.rate = rate;
        this.length = length;
    }

    static void run(String... args) throws Exception {
        var options = Options.of(args, "sessions", "seconds", "interval-ms", "rate", "only");
        var only = options.list("only");
        for (var scheme : only.isEmpty() ? List.of("ws", "wss") : only) {
            var folder = Files.createTempDirectory("bench-sockets");
            System.out.println("the logs of all processes are in " + folder + ", which goes when the goal is met");
            boolean met = new Sockets(
                            (int) options.number("sessions", 10_000),
                            Duration.ofMillis(options.number("interval-ms", 1_000)),
                            (int) options.number("rate", 50),
                            Duration.ofSeconds(options.number("seconds", 30)))
                    .measure(scheme, folder);
            if (met) {
                Folders.remove(folder);
            }
        }
    }

    private boolean measure(String scheme, Path folder) throws Exception {
        try (var outside = Outside.start(folder, sessions, interval)) {
            return switch (scheme) {
                case "ws" -> measure(scheme, folder, outside);
                case "wss" -> {
                    var certificate = TlsDoor.certificate(folder);
                    var backend = Integer.toString(outside.backend().port());
                    try (var first = door(folder, backend, "0", certificate)) {
                        var port = first.awaitLine("port ");
                        try (var second = door(folder, backend, port, certificate)) {
                            second.awaitLine("port ");
                            outside.settings().put("DEVICE_BACKEND_URL", "wss://localhost:" + port);
                            outside.settings().putAll(TlsDoor.trusting(certificate));
                            yield measure(scheme, folder, outside);
                        }
                    }
                }
                default -> throw new IllegalArgumentException("--only ws,wss; not " + scheme);
            };
        }
    }

    private static Part door(Path folder, String backend, String port, Path certificate) {
        return Part.start(
                "door-" + port, folder, DOOR, TlsDoor.class, new TreeMap<>(), backend, port, certificate.toString());
    }

    private boolean measure(String scheme, Path folder, Outside outside) throws Exception {
        // All sessions begin within minutes here: a gateway's producers go through all the topics that they remember
        // for each new one.
        outside.settings().put("KAFKA_METADATA_MAX_IDLE_MS", "15000");
        try (var site = CommandSite.start(folder, outside)) {
            var bridge = Objects.requireNonNull(site.processes().get(CommandSite.BRIDGE));
            bridge.collectGarbage();
            long before = bridge.resident();
            say("all processes are up; opening sessions");
            var agents = new Agents(site.gateway(), outside.token());
            agents.open(sessions, outside.backend());
            say("all devices are connected");
            var load = new CommandLoad(agents, sessions, outside.backend().record());
            load.run(Schedule.of(rate, WARM_UP, SEED));
            say("measuring");
            var counts = site.counts(CommandSite.BRIDGE);
            long sent = outside.backend().telemetrySent();
            var costs = CommandCosts.begin(site, outside.backend());
            var round = load.run(Schedule.of(rate, length, SEED + 1));
            var spent = costs.end();
            sent = outside.backend().telemetrySent() - sent;
            var after = site.counts(CommandSite.BRIDGE);
            bridge.collectGarbage();
            return report(scheme, round, spent, new Bridge(counts, after, before, bridge.resident(), sent), outside);
        }
    }

    /** What the bridge has counted, its resident memory before the first session and at the end, and the frames that the devices have sent. */
    private record Bridge(Counts from, Counts to, long before, long after, long sent) {
        double count(String beginning) {
            return to.since(from, beginning);
        }
    }

    private boolean report(String scheme, Round round, CommandCosts costs, Bridge bridge, Outside outside) {
        int connected = outside.backend().sessions();
        double written = bridge.count(
                "probeline_bridge_records_total{service=\"ingest-bridge\",topic=\"" + Topics.TELEMETRY.name());
        double dropped = bridge.count("probeline_bridge_dropped_total");
        double bad = bridge.count("probeline_bridge_bad_frames_total");
        double ended = bridge.count(ENDS);
        System.out.printf(
                Locale.ROOT,
                "%n%s: %d devices in one bridge, a frame each %d ms, %d commands/s for %d s; seed %d%n",
                scheme,
                sessions,
                interval.toMillis(),
                rate,
                length.toSeconds(),
                SEED);
        System.out.printf(
                Locale.ROOT,
                "connected %d, connections ended %.0f; frames sent %d, written with ticks %.0f, dropped %.0f, bad %.0f, left out by devices %d%n",
                connected,
                ended,
                bridge.sent(),
                written,
                dropped,
                bad,
                costs.skipped());
        System.out.printf(
                Locale.ROOT,
                "resident: %d MiB before, %d MiB with them: %.1f KiB for each%n",
                bridge.before() >> 20,
                bridge.after() >> 20,
                (bridge.after() - bridge.before()) / 1024.0 / sessions);
        System.out.println(costs);
        System.out.println(Latencies.heading("ms"));
        System.out.println(round.path().line("request due → on the wire"));
        // The counters are read one after the other: meanwhile each device may have sent another frame. Ticks are
        // written too, between the frames of a slow device.
        boolean whole = connected == sessions
                && written >= bridge.sent() - sessions
                && ended == 0
                && dropped == 0
                && bad == 0
                && costs.skipped() == 0
                && round.repeated() == 0
                && round.path().errors() == 0;
        System.out.println("goal: all connected, every frame written, every command at its device once: "
                + (whole
                        ? "met"
                        : "MISSED " + round.troubles() + " " + bridge.to().eachSince(bridge.from(), ENDS)));
        return whole;
    }

    private void say(String what) {
        System.out.printf("%4d s: %s%n", (System.nanoTime() - begun) / 1_000_000_000, what);
    }
}
