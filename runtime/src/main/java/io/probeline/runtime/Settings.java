package io.probeline.runtime;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.HttpUrl;

/**
 * The settings of one process: environment first, then the file that {@code PROBELINE_CONFIG} names. Every problem is collected, and
 * {@link #check} reports them all at once. Reading a variable makes it known; what nobody reads is not an error, since one environment may
 * serve several services, but a {@code PROBELINE_…} variable or a key of the file that no service knows is.
 */
public final class Settings {
    private static final String PREFIX = "PROBELINE_";
    private static final Set<String> SECRET_WORDS = Set.of("SECRET", "TOKEN", "PASSWORD", "JAAS", "KEY");

    private final Map<String, String> environment;
    private final Map<String, String> file = new HashMap<>();
    private final Map<String, String> effective = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    private Settings(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @param environment as {@link System#getenv()} gives it */
    public static Settings of(Map<String, String> environment) {
        var settings = new Settings(environment);
        var path = environment.getOrDefault("PROBELINE_CONFIG", "");
        if (!path.isBlank()) {
            settings.load(Path.of(path));
        }
        settings.unknownKeys();
        return settings;
    }

    /** The same settings with these added, for a process that starts several services; problems found so far are not carried along. */
    public Settings with(Map<String, String> more) {
        var all = new HashMap<>(environment);
        all.putAll(more);
        var settings = new Settings(Map.copyOf(all));
        settings.file.putAll(file);
        return settings;
    }

    public String text(String name, String otherwise) {
        return optional(name).orElseGet(() -> shown(name, otherwise));
    }

    /** A missing one is a problem; the empty string stands in until {@link #check} says so. */
    public String required(String name, String why) {
        return optional(name).orElseGet(() -> {
            problems.add(name + " is missing: " + why);
            return "";
        });
    }

    public Optional<String> optional(String name) {
        var value = set(environment, name).or(() -> set(file, name));
        value.ifPresent(text -> shown(name, text));
        return value;
    }

    /**
     * A secret, given as itself or as {@code NAME_FILE}, the path of a file that holds it; without the line break that files and environments often end it
     * with, which no header could carry.
     */
    public Optional<String> secret(String name) {
        return secret(environment, name).or(() -> secret(file, name));
    }

    private Optional<String> secret(Map<String, String> from, String name) {
        var path = set(from, name + "_FILE");
        if (path.isPresent()) {
            shown(name + "_FILE", path.get());
            return Optional.of(secretFile(name, path.get()));
        }
        var value = set(from, name).map(String::strip);
        value.ifPresent(text -> shown(name, text));
        return value;
    }

    /** One that can't be used is a problem; the empty string stands in until {@link #check} says so. */
    private String secretFile(String name, String path) {
        try {
            var text = Files.readString(Path.of(path)).strip();
            if (text.isEmpty()) {
                problems.add(name + "_FILE names " + path + ", which is empty");
            }
            return text;
        } catch (IOException | InvalidPathException e) {
            problems.add(name + "_FILE names " + path + ", which can't be read: "
                    + e.getClass().getSimpleName());
            return "";
        }
    }

    public String requiredSecret(String name, String why) {
        return secret(name).orElseGet(() -> {
            problems.add(name + " (or " + name + "_FILE) is missing: " + why);
            return "";
        });
    }

    public int port(String name, int otherwise) {
        return parsed(name, otherwise, "a port, 0 to 65535", text -> {
            int port = Integer.parseInt(text);
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("out of range");
            }
            return port;
        });
    }

    public int number(String name, int otherwise, int least, int most) {
        return parsed(name, otherwise, "a whole number from " + least + " to " + most, text -> {
            int number = Integer.parseInt(text);
            if (number < least || number > most) {
                throw new IllegalArgumentException("out of range");
            }
            return number;
        });
    }

    /** A duration as people write it, {@code 5s} or {@code 4h}; {@code otherwise} in the same form. */
    public Duration duration(String name, Duration otherwise, Function<String, Duration> parser) {
        return parsed(name, otherwise, "a duration such as 250ms, 5s, 15m or 4h, longer than nothing", text -> {
            var duration = parser.apply(text);
            if (duration.isZero() || duration.isNegative()) {
                throw new IllegalArgumentException("not longer than nothing");
            }
            return duration;
        });
    }

    public String oneOf(String name, String otherwise, String... allowed) {
        return parsed(
                name,
                otherwise,
                "one of " + String.join(", ", allowed),
                text -> Stream.of(allowed)
                        .filter(text::equals)
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("none of them")));
    }

    /** Without a slash at its end. One of another scheme than HTTP's is read by who dials it, who knows what may be in it. */
    public String url(String name, String why, String... schemes) {
        var text = required(name, why);
        return text.isEmpty() ? text : checkedUrl(name, text, schemes);
    }

    public Optional<String> optionalUrl(String name, String... schemes) {
        return optional(name).map(text -> checkedUrl(name, text, schemes));
    }

    private String checkedUrl(String name, String text, String... schemes) {
        if (Stream.of(schemes).noneMatch(scheme -> text.startsWith(scheme + "://"))) {
            problems.add(name + " must start with "
                    + Stream.of(schemes).map(s -> s + "://").collect(Collectors.joining(" or ")));
        } else if (text.startsWith("http") && HttpUrl.parse(text) == null) {
            problems.add(name + " is no URL");
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** A value that is parsed by the caller's function, whose IllegalArgumentException becomes a problem of this variable. */
    public <T> T parsed(String name, T otherwise, String form, Function<String, T> parser) {
        var text = optional(name);
        if (text.isEmpty()) {
            shown(name, String.valueOf(otherwise));
            return otherwise;
        }
        try {
            return parser.apply(text.get());
        } catch (IllegalArgumentException e) {
            problems.add(name + "=" + masked(name, text.get()) + " must be " + form);
            return otherwise;
        }
    }

    /** What a file of this name's says, or what ships where it is not set. Each line of the reader's IllegalArgumentException is a problem. */
    public <T> T file(String name, Supplier<T> shipped, Function<Path, T> reader) {
        var path = optional(name);
        if (path.isPresent()) {
            try {
                return reader.apply(Path.of(path.get()));
            } catch (IllegalArgumentException e) {
                String.valueOf(e.getMessage()).lines().forEach(fault -> problems.add(name + ": " + fault));
            }
        } else {
            shown(name, "the file that ships");
        }
        return shipped.get();
    }

    /** A problem that the settings themselves can't see. */
    public void problem(String text) {
        problems.add(text);
    }

    /** Every variable with this prefix, without it, lower case, underscores as dots: {@code KAFKA_SECURITY_PROTOCOL} is {@code security.protocol}. */
    public Map<String, String> dotted(String prefix) {
        var all = new TreeMap<String, String>();
        Stream.of(file, environment)
                .forEach(source -> source.forEach((name, value) -> {
                    if (name.startsWith(prefix) && name.length() > prefix.length() && !value.isBlank()) {
                        shown(name, value);
                        all.put(
                                name.substring(prefix.length())
                                        .toLowerCase(java.util.Locale.ROOT)
                                        .replace('_', '.'),
                                value);
                    }
                }));
        return all;
    }

    /** @throws Invalid naming every problem, when there is one */
    public void check() {
        if (!problems.isEmpty()) {
            throw new Invalid(List.copyOf(problems));
        }
    }

    /** What is in force, secrets masked: a line each. */
    public List<String> effective() {
        return effective.entrySet().stream()
                .map(e -> e.getKey() + "=" + masked(e.getKey(), e.getValue()))
                .toList();
    }

    /** A blank value is none: an environment that is passed on names variables that nobody has set. */
    private static Optional<String> set(Map<String, String> from, String name) {
        return Optional.ofNullable(from.get(name)).filter(text -> !text.isBlank());
    }

    private String shown(String name, String value) {
        effective.put(name, value);
        return value;
    }

    private static String masked(String name, String value) {
        return !name.endsWith("_FILE") && SECRET_WORDS.stream().anyMatch(name::contains)
                ? "********"
                : value.replaceAll("(://[^/:@]*):[^/@]*@", "$1:********@");
    }

    private void load(Path path) {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            problems.add("PROBELINE_CONFIG names " + path + ", which can't be read: " + e.getMessage());
        }
        properties.stringPropertyNames().forEach(name -> file.put(name, properties.getProperty(name)));
    }

    private void unknownKeys() {
        environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !Known.settings().contains(name))
                .sorted()
                .forEach(name -> problems.add(unknown(name, name.substring(PREFIX.length()))));
        new TreeSet<>(file.keySet())
                .stream().filter(name -> !Known.covers(name)).forEach(name -> problems.add(unknown(name, name)));
    }

    private static String unknown(String name, String meant) {
        return name + " is no setting; did you mean " + nearest(meant) + "?";
    }

    private static String nearest(String meant) {
        return Known.settings().stream()
                .min(Comparator.comparingInt(known -> distance(meant, known)))
                .orElseThrow();
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    /** Settings that can't be used; {@link #problems} has one line for each reason. */
    public static final class Invalid extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient List<String> problems;

        Invalid(List<String> problems) {
            super(String.join("\n", problems));
            this.problems = problems;
        }

        public List<String> problems() {
            return problems;
        }
    }
}
