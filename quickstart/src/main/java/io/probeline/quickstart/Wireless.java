package io.probeline.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a Linux system tells about its wireless interface. */
sealed interface Wireless {
    /** A reading. */
    record Signal(String name, double dbm) implements Wireless {}

    /** There is an interface, and the system tells no signal in dBm for it: it is down, say. */
    record Mute(String name) implements Wireless {}

    /** There is no wireless interface. */
    record Absent() implements Wireless {}

    /** The system does not tell what interfaces there are. */
    record Untold() implements Wireless {}

    /** {@code wlan0: 0000   54.  -56.  -256 …}: name, status, link quality, level. */
    Pattern LINE = Pattern.compile("\\s*(\\S+):\\s+\\S+\\s+\\S+\\s+(-?\\d+)\\.?\\s.*");

    /** The kernel prints a level that it does not know as -256, and one that is not in dBm as a positive number. */
    int LEAST_DBM = -150;

    /** @param root where {@code proc} and {@code sys} are */
    static Wireless read(Path root) throws IOException {
        var table = root.resolve("proc/net/wireless");
        var signal = Files.exists(table) ? parse(Files.readString(table)) : Optional.<Signal>empty();
        if (signal.isPresent()) {
            return signal.get();
        }
        var interfaces = root.resolve("sys/class/net");
        if (!Files.isDirectory(interfaces)) {
            return new Untold();
        }
        try (var names = Files.list(interfaces)) {
            return names.filter(Wireless::isWireless)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .findFirst()
                    .<Wireless>map(Mute::new)
                    .orElseGet(Absent::new);
        }
    }

    private static boolean isWireless(Path networkInterface) {
        return Files.exists(networkInterface.resolve("wireless")) || Files.exists(networkInterface.resolve("phy80211"));
    }

    /** The first interface of {@code /proc/net/wireless} that has a level in dBm; its first two lines are headings. */
    static Optional<Signal> parse(String table) {
        return table.lines()
                .skip(2)
                .map(LINE::matcher)
                .filter(line -> line.matches() && isDbm(Integer.parseInt(line.group(2))))
                .findFirst()
                .map(line -> new Signal(line.group(1), Integer.parseInt(line.group(2))));
    }

    private static boolean isDbm(int level) {
        return level < 0 && level >= LEAST_DBM;
    }
}
