package io.probeline.bench;

import io.probeline.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A program of a measurement as a process of its own, with the class path of this one or another, so that its processor time is its own: the broker's and the load's are
 * not in it. What it prints is in {@code <name>.log} of the run's folder.
 */
final class Part implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration END = Duration.ofSeconds(15);

    /** Linux on all that we run on: {@code getconf CLK_TCK} is 100. */
    private static final Duration TICK = Duration.ofMillis(10);

    private static final Pattern COMPILER = Pattern.compile("\\(C[12] Compiler");

    private final String name;
    private final Path log;
    /** Where its words begin, behind those of one of the same name that ran before. */
    private final long begin;

    private final Process process;

    private Part(String name, Path log, long begin, Process process) {
        this.name = name;
        this.log = log;
        this.begin = begin;
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param jvm flags beside those that every process of the product has
     * @param environment beside this process's own, of which nothing with {@code KAFKA_} or {@code _PORT} is passed on
     */
    static Part start(
            String name,
            Path folder,
            List<String> jvm,
            Class<?> main,
            Map<String, String> environment,
            String... args) {
        return start(name, folder, jvm, ClassPath.ours(), main, environment, args);
    }

    /** The same with another class path. */
    static Part start(
            String name,
            Path folder,
            List<String> jvm,
            ClassPath classPath,
            Class<?> main,
            Map<String, String> environment,
            String... args) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", classPath.entries(), main.getName()));
        command.addAll(List.of(args));
        var log = folder.resolve(name + ".log");
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(key -> key.startsWith("KAFKA_") || key.endsWith("_PORT"));
        builder.environment().putAll(environment);
        try {
            long begin = Files.exists(log) ? Files.size(log) : 0;
            return new Part(name, log, begin, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rest of the first line that it prints and that begins so. */
    String awaitLine(String beginning) {
        return awaitLine(beginning, START);
    }

    String awaitLine(String beginning, Duration limit) {
        Await.until(
                name + " says " + beginning,
                limit,
                () -> lines().stream().anyMatch(line -> line.startsWith(beginning)) || !process.isAlive(),
                () -> "see " + log);
        return lines().stream()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " ended: " + String.join("\n", lines())))
                .substring(beginning.length())
                .strip();
    }

    List<String> lines() {
        try (var words = Files.newInputStream(log)) {
            words.skipNBytes(begin);
            return new String(words.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean alive() {
        return process.isAlive();
    }

    /** For who waits for something that it will not do any more. */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new AssertionError(name + " ended: " + String.join("\n", lines()));
        }
    }

    /** Processor time so far, of all its threads. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow(() -> new AssertionError(name + " has ended, see " + log));
    }

    /** Of {@link #cpu}, what the compilers of its JVM took: it ends when the program has run for a while. */
    Duration compiling() {
        try (var threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            return threads.map(Part::stat)
                    .filter(stat -> COMPILER.matcher(stat).find())
                    .map(Part::cpu)
                    .reduce(Duration.ZERO, Duration::plus);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** proc(5): pid, (name), state, and so on; the 14th and 15th are the ticks in user and in kernel mode. */
    private static Duration cpu(String stat) {
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return TICK.multipliedBy(Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
    }

    private static String stat(Path thread) {
        try {
            return Files.readString(thread.resolve("stat"));
        } catch (IOException e) {
            return ""; // It has ended meanwhile; compilers do not.
        }
    }

    /** Resident memory now, in bytes. */
    long resident() {
        try (var status = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return status.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when nothing is on its heap that nobody needs. */
    void collectGarbage() {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            var collecting = new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            if (!collecting.waitFor(START.toSeconds(), TimeUnit.SECONDS) || collecting.exitValue() != 0) {
                throw new AssertionError(name + " did not collect its garbage, see " + log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("needs a JDK: " + jcmd, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " collected its garbage", e);
        }
    }

    /** Gone at once, as {@code kill -9} does it. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** As an orchestrator ends it. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
