package io.probeline.bench;

import io.probeline.bench.CommandLoad.Round;
import io.probeline.runtime.KafkaSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * HTTP request ──▶ frame on the device's wire, beside the floor of the same broker: {@code bench commands}. From the moment that the request was due, just before it
 * is written, to the moment that the backend's loop has read the command's frame: a little more than from the gateway's accept to the bridge's write, so an upper bound.
 */
final class Commands {
    private static final long SEED = Long.getLong("seed", 20_261_129);

    private final CommandOptions options;
    private final List<Latencies> floors = new ArrayList<>();
    private final List<Latencies> transactions = new ArrayList<>();
    private final List<Round> rounds = new ArrayList<>();
    private final List<CommandCosts> costs = new ArrayList<>();
    private final long start = System.nanoTime();
    private long seed = SEED;

    private Commands(CommandOptions options) {
        this.options = options;
    }

    static void run(String... options) throws Exception {
        var folder = Files.createTempDirectory("bench-commands");
        System.out.println("the logs of all processes are in " + folder + " until the end");
        new Commands(CommandOptions.of(options)).measure(folder);
        Folders.remove(folder);
    }

    private void measure(Path folder) throws Exception {
        try (var outside = Outside.start(folder, options.sessions());
                var site = CommandSite.start(folder, outside);
                var floor = Floor.open(KafkaSettings.at(site.kafka()))) {
            say("all processes are up");
            floor.measure(schedule(options.floorLength()));
            var quiet = floor.measure(schedule(options.floorLength()));
            floor.measureTransactions(schedule(options.floorLength()));
            var quietTransactions = floor.measureTransactions(schedule(options.floorLength()));
            say("opening sessions");
            var agents = new Agents(site.gateway(), outside.token());
            agents.open(options.sessions(), outside.backend());
            var load = new CommandLoad(
                    agents, options.sessions(), outside.backend().record());
            say("warming up");
            load.run(schedule(options.warmUp()));
            for (int i = 0; i < options.rounds(); i++) {
                say("round " + (i + 1));
                floors.add(floor.measure(schedule(options.floorLength())));
                transactions.add(floor.measureTransactions(schedule(options.floorLength())));
                var meter = CommandCosts.begin(site, outside.backend());
                rounds.add(load.run(schedule(options.length())));
                costs.add(meter.end());
            }
            report(quiet, quietTransactions);
        }
    }

    /** How far it is, since it takes minutes. */
    private void say(String what) {
        System.out.printf("%4d s: %s%n", (System.nanoTime() - start) / 1_000_000_000, what);
    }

    private Schedule schedule(Duration length) {
        return Schedule.of(options.rate(), length, seed++);
    }

    private void report(Latencies quiet, Latencies quietTransactions) {
        System.out.printf(
                "%n%d commands/s over %d sessions at 10 Hz, median of %d rounds of %d s; ms; seed %d%n",
                options.rate(),
                options.sessions(),
                options.rounds(),
                options.length().toSeconds(),
                SEED);
        var floor = Latencies.medianOf(floors);
        var path = median(Round::path);
        System.out.println(Latencies.heading(""));
        System.out.println(quiet.line("floor, no session open"));
        System.out.println(floor.line("floor, beside the telemetry"));
        System.out.println(quietTransactions.line("floor in transactions, no session"));
        System.out.println(Latencies.medianOf(transactions).line("floor in transactions, beside it"));
        System.out.println(path.line("path: request due → on the wire"));
        System.out.println(median(Round::answer).line("  request due → 202"));
        System.out.println(median(Round::after).line("  202 → on the wire"));
        System.out.println(median(Round::late).line("  request due → request leaves"));
        for (int i = 0; i < rounds.size(); i++) {
            System.out.println(floors.get(i).line("round " + (i + 1) + ": floor"));
            System.out.println(rounds.get(i).path().line("round " + (i + 1) + ": path"));
            System.out.println("  " + costs.get(i));
            System.out.println("  frames that came twice: " + rounds.get(i).repeated() + "; not accepted: "
                    + rounds.get(i).troubles());
        }
        goal("p50 ≤ 12 ms", path.p50(), 12);
        goal("p99 ≤ 40 ms", path.p99(), 40);
        goal("p99 ≤ floor's p99 + 30 ms", path.p99(), floor.p99() + 30);
    }

    private Latencies median(Function<Round, Latencies> what) {
        return Latencies.medianOf(rounds.stream().map(what).toList());
    }

    /** One that was measured while commands were lost is not met, however fast the others were. */
    private void goal(String name, double measured, double limit) {
        boolean whole = median(Round::path).errors() == 0;
        System.out.printf(
                "goal %-26s %s: %.1f ms of %.1f%s%n",
                name,
                whole && measured <= limit ? "met" : "MISSED",
                measured,
                limit,
                whole ? "" : ", and some never came");
    }
}
