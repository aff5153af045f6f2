package io.probeline.quickstart;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The texts in which a Linux system tells which release it is, and when it was booted. */
final class SystemRelease {
    private static final Pattern ASSIGNMENT = Pattern.compile("([A-Z0-9_]+)=(?:\"(.*)\"|'(.*)'|([^\"'].*)?)");
    private static final Pattern ESCAPED = Pattern.compile("\\\\([\"$`\\\\])");
    private static final Pattern BOOT_TIME = Pattern.compile("(?m)^btime (\\d{1,12})$");
    private static final Pattern UPTIME = Pattern.compile("(\\d{1,12})(?:\\.\\d+)? .*", Pattern.DOTALL);

    private SystemRelease() {}

    /** {@code /etc/os-release}: the name for people, or the plain one with its version. */
    static Optional<String> name(String osRelease) {
        Map<String, String> values = osRelease
                .lines()
                .map(String::strip)
                .map(ASSIGNMENT::matcher)
                .filter(Matcher::matches)
                .collect(Collectors.toMap(line -> line.group(1), SystemRelease::value, (first, second) -> second));
        var pretty = Optional.ofNullable(values.get("PRETTY_NAME"));
        var plain = Optional.ofNullable(values.get("NAME"))
                .map(name -> (name + " " + values.getOrDefault("VERSION_ID", "")).strip());
        return pretty.or(() -> plain).filter(name -> !name.isBlank());
    }

    private static String value(Matcher line) {
        for (int form = 2; form <= 4; form++) {
            if (line.group(form) != null) {
                return ESCAPED.matcher(line.group(form)).replaceAll("$1");
            }
        }
        return "";
    }

    /** {@code /proc/stat}. */
    static Optional<Instant> bootTime(String stat) {
        var line = BOOT_TIME.matcher(stat);
        return line.find() ? Optional.of(Instant.ofEpochSecond(Long.parseLong(line.group(1)))) : Optional.empty();
    }

    /** {@code /proc/uptime}. */
    static Optional<Duration> uptime(String uptime) {
        var line = UPTIME.matcher(uptime);
        return line.matches() ? Optional.of(Duration.ofSeconds(Long.parseLong(line.group(1)))) : Optional.empty();
    }
}
