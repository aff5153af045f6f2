package io.probeline.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** One measurement by its name, as {@code bin/probeline bench <name> [options]}; without a name, which there are. */
public final class Bench {
    /** A measurement: it prints its figures, each with its floor or its rivals beside it. */
    interface Measurement {
        void run(String[] options) throws Exception;
    }

    private static final Map<String, Measurement> ALL = new TreeMap<>(Map.of(
            "commands", Commands::run,
            "silence", Silence::run,
            "sockets", Sockets::run,
            "state", StateCost::run,
            "windows", Windows::run));

    private Bench() {}

    public static void main(String[] args) throws Exception {
        var measurement = args.length == 0 ? null : ALL.get(args[0]);
        if (measurement == null) {
            System.err.println("usage: bin/probeline bench " + String.join(" | ", ALL.keySet()));
            System.exit(2);
        } else {
            measurement.run(Arrays.copyOfRange(args, 1, args.length));
            System.exit(0);
        }
    }
}
