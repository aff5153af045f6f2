package io.probeline.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine that this runs on, read and never guessed: what can't be read is empty. It may wait. For any thread. */
final class Machine {
    private static final Logger log = LoggerFactory.getLogger(Machine.class);
    private static final Pattern MEMORY = Pattern.compile("(?m)^(MemTotal|MemAvailable):\\s+(\\d{1,15}) kB$");
    private static final Pattern MILLIDEGREES = Pattern.compile("-?\\d{1,6}");
    private static final double COLDEST = -40;
    private static final double HOTTEST = 150;

    private final Path root;
    private final OperatingSystemMXBean system;

    /** @param root where {@code etc}, {@code proc} and {@code sys} are */
    Machine(Path root) {
        this.root = root;
        this.system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        // The load is what happened since it was asked for last; the first answer is about nothing.
        var _ = system.getCpuLoad();
    }

    /** How busy the processors were since it was asked last, in percent. */
    OptionalDouble cpuLoad() {
        var load = system.getCpuLoad();
        return load >= 0 && load <= 1 ? OptionalDouble.of(load * 100) : OptionalDouble.empty();
    }

    /** How much of the memory is not available to a new program, in percent. */
    OptionalDouble memoryUsed() {
        return text("proc/meminfo").map(Machine::memoryUsed).orElseGet(this::memoryUsedByBean);
    }

    static OptionalDouble memoryUsed(String meminfo) {
        var total = kilobytes(meminfo, "MemTotal");
        var available = kilobytes(meminfo, "MemAvailable");
        return total.isPresent() && available.isPresent()
                ? used(total.getAsLong(), available.getAsLong())
                : OptionalDouble.empty();
    }

    private OptionalDouble memoryUsedByBean() {
        return used(system.getTotalMemorySize(), system.getFreeMemorySize());
    }

    private static OptionalDouble used(long total, long available) {
        return total > 0 && available >= 0 && available <= total
                ? OptionalDouble.of(100.0 * (total - available) / total)
                : OptionalDouble.empty();
    }

    private static OptionalLong kilobytes(String meminfo, String name) {
        return MEMORY.matcher(meminfo)
                .results()
                .filter(line -> line.group(1).equals(name))
                .mapToLong(line -> Long.parseLong(line.group(2)))
                .findFirst();
    }

    /** The hottest of the system's thermal zones, in degrees Celsius. */
    OptionalDouble temperature() {
        var zones = root.resolve("sys/class/thermal");
        if (!Files.isDirectory(zones)) {
            return OptionalDouble.empty();
        }
        var hottest = DoubleStream.builder();
        try (var found = Files.newDirectoryStream(zones, "thermal_zone*")) {
            found.forEach(zone -> text(root.relativize(zone).resolve("temp").toString())
                    .map(Machine::celsius)
                    .orElse(OptionalDouble.empty())
                    .ifPresent(hottest::add));
        } catch (IOException | DirectoryIteratorException e) {
            log.debug("the thermal zones can't be listed", e);
        }
        return hottest.build().max();
    }

    /** A zone without a sensor behind it says something absurd, or nothing. */
    static OptionalDouble celsius(String millidegrees) {
        if (!MILLIDEGREES.matcher(millidegrees.strip()).matches()) {
            return OptionalDouble.empty();
        }
        var degrees = Integer.parseInt(millidegrees.strip()) / 1000.0;
        return degrees > COLDEST && degrees < HOTTEST && degrees != 0
                ? OptionalDouble.of(degrees)
                : OptionalDouble.empty();
    }

    Wireless wireless() {
        try {
            return Wireless.read(root);
        } catch (IOException e) {
            log.debug("the wireless interfaces can't be read", e);
            return new Wireless.Untold();
        }
    }

    /** Which system it is, which kernel, and since when it runs. */
    ObjectNode release() {
        var release = JsonNodeFactory.instance.objectNode();
        var kernel = text("proc/sys/kernel/osrelease").map(String::strip);
        var name = text("etc/os-release").or(() -> text("usr/lib/os-release")).flatMap(SystemRelease::name);
        var version = name.orElse(System.getProperty("os.name")) + ", "
                + kernel.map(k -> "kernel " + k).orElse(System.getProperty("os.version"));
        release.put("version", version).put("arch", System.getProperty("os.arch"));
        text("proc/sys/kernel/random/boot_id").ifPresent(id -> release.put("boot_id", id.strip()));
        text("proc/stat").flatMap(SystemRelease::bootTime).ifPresent(at -> release.put("booted_at", at.toString()));
        text("proc/uptime").flatMap(SystemRelease::uptime).ifPresent(up -> release.put("uptime_s", up.toSeconds()));
        return release;
    }

    private Optional<String> text(String file) {
        try {
            return Optional.of(Files.readString(root.resolve(file)));
        } catch (IOException e) {
            log.debug("this system does not tell {}", file, e);
            return Optional.empty();
        }
    }
}
